#!/bin/sh
# Set up formserver on a fresh machine, then serve it or test it. `make run` and `make test` call this file;
# where make is missing it is called directly. POSIX sh only: it runs before anything of ours is installed.
set -eu

ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$ROOT"
VENV="$ROOT/.venv"
LOGS="$ROOT/.setup"
INSTALL_PACKAGES=yes

. "$ROOT/tools/setup/messages.sh"
. "$ROOT/tools/setup/privileges.sh"
. "$ROOT/tools/setup/python.sh"
. "$ROOT/tools/setup/frontend.sh"
. "$ROOT/tools/setup/packages.sh"

usage() {
    cat <<'EOF'
用法 Usage: sh tools/setup.sh [--no-packages] run | test | bench | dev | python | wheel [参数 arguments]

  run      安装全部所需，建库、写入演示数据并启动服务（网页与后台进程）
           set up, create the database, load demo data, serve (web and worker)
  test     安装全部所需并运行全部测试；其后的参数交给 pytest
           set up and run every test; further arguments go to pytest
  bench    测速，全部或其后列出的部分           measure everything, or the sections named after it
  dev      只安装 test 所需，不运行测试         only set up what test needs
  python   只建立 .venv（开发用的包）           only .venv with the development packages
  wheel    打包到 dist/（含前端组件和定义文件） build the wheel, with front-end files and definitions

  --no-packages   不安装系统软件包，只显示命令  never install system packages, only show the command

需要 Python 3.11 以上。可重复执行：已完成的步骤会跳过。
Needs Python 3.11 or newer. Safe to repeat: steps already done are skipped.

环境变量 Environment: PYTHON（解释器 interpreter） · FORMSERVER_TEST_WORKERS（测试进程数 test processes，默认 default 2）
EOF
}

set_up() { # run or dev
    set_up_python "$1"
    set_up_frontend
    set_up_packages "$1"
    set_up_fonts
}

run_server() {
    say "建立或升级数据库" "database"
    "$VENV/bin/formserver" migrate
    say "演示数据" "demo data"
    "$VENV/bin/formserver" demo --if-empty
    say "启动服务；按 Ctrl+C 停止" "serving; Ctrl+C stops"
    exec "$VENV/bin/formserver" run "$@"
}

run_tests() {
    say "运行测试" "tests"
    # worksteal keeps a file's tests together while both processes are busy: servers started for a file start once
    exec "$VENV/bin/python" -m pytest -n "${FORMSERVER_TEST_WORKERS:-2}" --dist worksteal "$@"
}

run_benchmarks() {
    if [ $# -eq 0 ]; then
        for entry in benchmarks/*/__main__.py; do set -- "$@" "$(basename -- "$(dirname -- "$entry")")"; done
    fi
    for section in "$@"; do
        say "测速 $section" "measuring"
        "$VENV/bin/python" -m "benchmarks.$section"
    done
}

command=
while [ $# -gt 0 ]; do
    case "$1" in
        -h | --help | help) usage; exit 0 ;;
        --no-packages) INSTALL_PACKAGES=no ;;
        run | test | bench | dev | python | wheel) command=$1; shift; break ;;
        *) usage >&2; exit 2 ;;
    esac
    shift
done
[ -n "$command" ] || { usage >&2; exit 2; }

mkdir -p "$LOGS"
case "$command" in
    run)
        set_up run
        run_server "$@"
        ;;
    test)
        set_up dev
        run_tests "$@"
        ;;
    dev)
        set_up dev
        say "已就绪" "ready"
        ;;
    bench)
        set_up dev
        set_up_benchmarks
        run_benchmarks "$@"
        ;;
    python)
        set_up_python dev
        ;;
    wheel)
        set_up_python dev
        set_up_frontend
        exec "$VENV/bin/python" -m hatchling build -t wheel "$@"
        ;;
esac
