# The virtual environment: made once, filled from a lock file with hashes, refilled only when the lock changes.

recent_enough() {
    "$1" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3.14 python3 python; do
        if command -v "$candidate" >/dev/null 2>&1 && recent_enough "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

# Debian and its relatives split venv from python3.
make_venv() {
    python=$1
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        package=$("$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')
        [ "$(package_manager)" = apt-get ] || package=python3-pip
        if may_install; then
            say "安装 $package" "installing $package"
            install_packages "$package" || :
        fi
        if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
            fail "Python 缺少 venv 模块，请先运行 / Python lacks its venv module, first run:" "$(install_command "$package")"
        fi
    fi
    rm -rf "$VENV"
    logged venv "$python" -m venv "$VENV" ||
        fail "无法建立虚拟环境 / cannot create the virtual environment: $VENV"
}

set_up_python() {
    wanted=$1 # run or dev; dev holds everything run does, in the same versions
    if ! [ -x "$VENV/bin/python" ] || ! recent_enough "$VENV/bin/python"; then
        python=$(find_python) ||
            fail "需要 Python 3.11 或更新版本 / Python 3.11 or newer is needed:" "$(install_command python3)" \
                "或指定位置 / or name one: PYTHON=/usr/local/bin/python3.11 sh tools/setup.sh ..."
        say "虚拟环境 .venv（$("$python" -V)）" "virtual environment"
        make_venv "$python"
    fi

    case "$wanted" in
        dev) lock=requirements-dev.lock ;;
        *) lock=requirements.lock ;;
    esac
    if ! installed requirements-dev.lock && ! installed "$lock"; then
        say "Python 包（$lock，校验哈希）" "Python packages, hashes checked"
        rm -f "$VENV"/.installed-*
        logged pip "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input \
            --require-hashes -r "$lock" ||
            fail "Python 包安装失败。请检查网络或 pip 的镜像、代理设置，然后重试。" \
                "Installing Python packages failed. Check the network or pip's mirror and proxy settings, then repeat."
        remember "$lock"
    fi
    if ! installed pyproject.toml; then
        logged pip-editable "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input \
            --no-deps --no-build-isolation -e "$ROOT" ||
            fail "无法安装 formserver 本身 / cannot install formserver itself"
        remember pyproject.toml
    fi
}

# A step is done when the stamp in .venv carries the fingerprint of its input.
installed() {
    [ "$(cat "$VENV/.installed-$1" 2>/dev/null)" = "$(fingerprint "$ROOT/$1")" ]
}

remember() {
    fingerprint "$ROOT/$1" >"$VENV/.installed-$1"
}
