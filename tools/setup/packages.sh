# Programs and fonts that pip cannot bring. Each is found by what it does, not by the name of its package.
# What is missing is installed where we may; otherwise the exact command is shown and the product works with less.

have() {
    command -v "$1" >/dev/null 2>&1
}

any_file() {
    for path in "$@"; do [ -e "$path" ] && return 0; done
    return 1
}

office_folder() {
    for program in soffice libreoffice; do
        if have "$program"; then dirname -- "$(readlink -f "$(command -v "$program")")"; return; fi
    done
    for folder in /usr/lib/libreoffice/program /usr/lib64/libreoffice/program /opt/libreoffice*/program; do
        if [ -e "$folder/soffice" ]; then echo "$folder"; return; fi
    done
}

have_office_part() {
    folder=$(office_folder)
    [ -n "$folder" ] && any_file "$folder"/lib"$1"lo.so "$folder"/lib"$1"lo.dylib "$folder"/../Frameworks/lib"$1"lo.dylib
}

have_uno() {
    folder=$(office_folder)
    for python in /usr/bin/python3 "${folder:-/nonexistent}/python"; do
        [ -x "$python" ] && "$python" -c 'import uno' >/dev/null 2>&1 && return 0
    done
    return 1
}

# have_font NAME: a font file whose name begins so.
have_font() {
    [ -n "$(find /usr/share/fonts /usr/local/share/fonts /Library/Fonts "${HOME:-/nonexistent}/.local/share/fonts" \
        -iname "$1*" 2>/dev/null | head -n 1)" ]
}

have_magic() {
    "$VENV/bin/python" -c 'import ctypes.util, sys; sys.exit(ctypes.util.find_library("magic") is None)'
}

# Ubuntu's chromium is a wrapper that only asks for snap: believe the program, not the file.
have_chromium() {
    for program in chromium chromium-browser google-chrome google-chrome-stable; do
        have "$program" && "$program" --version >/dev/null 2>&1 && return 0
    done
    "$VENV/bin/python" - >/dev/null 2>&1 <<'EOF'
import pathlib
from playwright.sync_api import sync_playwright
with sync_playwright() as browsers:
    raise SystemExit(not pathlib.Path(browsers.chromium.executable_path).exists())
EOF
}

# Playwright's own Node wants libatomic, which a bare system lacks.
have_browser_driver() {
    "$VENV/bin/python" -m playwright --version >/dev/null 2>&1
}

have_postgres() {
    have initdb || any_file /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb /opt/homebrew/opt/postgresql*/bin/initdb
}

# package_name CAPABILITY: what brings it here.
package_name() {
    family=$(package_manager)
    case "$family:$1" in
        apt-get:writer) echo libreoffice-writer-nogui ;;
        apt-get:calc) echo libreoffice-calc-nogui ;;
        apt-get:uno) echo python3-uno ;;
        apt-get:noto) echo fonts-noto-cjk ;;
        apt-get:kaiti) echo fonts-arphic-gkai00mp ;;
        apt-get:ukai) echo fonts-arphic-ukai ;;
        apt-get:latin) echo fonts-liberation fonts-crosextra-carlito fonts-crosextra-caladea ;;
        apt-get:magic) echo libmagic1 ;;
        apt-get:poppler) echo poppler-utils ;;
        apt-get:chromium | dnf:chromium | yum:chromium | pacman:chromium | zypper:chromium) echo chromium ;;
        apt-get:driver) echo libatomic1 ;;
        apt-get:postgres) echo postgresql ;;
        dnf:driver | yum:driver) echo libatomic ;;
        zypper:driver) echo libatomic1 ;;
        pacman:driver) echo gcc-libs ;;
        dnf:writer | yum:writer | zypper:writer) echo libreoffice-writer ;;
        dnf:calc | yum:calc | zypper:calc) echo libreoffice-calc ;;
        dnf:uno | yum:uno | zypper:uno) echo libreoffice-pyuno ;;
        dnf:noto | yum:noto) echo google-noto-sans-cjk-fonts google-noto-serif-cjk-fonts ;;
        dnf:kaiti | yum:kaiti | dnf:ukai | yum:ukai) echo cjkuni-ukai-fonts ;;
        dnf:latin | yum:latin | zypper:latin) echo liberation-fonts ;;
        dnf:magic | yum:magic) echo file-libs ;;
        dnf:poppler | yum:poppler) echo poppler-utils ;;
        dnf:postgres | yum:postgres | zypper:postgres) echo postgresql-server ;;
        zypper:noto) echo google-noto-sans-cjk-fonts google-noto-serif-cjk-fonts ;;
        zypper:magic) echo libmagic1 ;;
        zypper:poppler) echo poppler-tools ;;
        pacman:writer | pacman:calc | pacman:uno) echo libreoffice-still ;;
        pacman:noto) echo noto-fonts-cjk ;;
        pacman:kaiti | pacman:ukai) echo ttf-arphic-ukai ;;
        pacman:latin) echo ttf-liberation ;;
        pacman:magic) echo file ;;
        *:latin) echo font-liberation ;;
        *:magic) echo libmagic ;;
        *:poppler) echo poppler ;;
        *:postgres) echo postgresql ;;
        *:writer | *:calc | *:uno) echo libreoffice ;;
        *:noto) echo font-noto-sans-cjk font-noto-serif-cjk ;;
        *:kaiti | *:ukai) echo font-arphic-ukai ;;
        *) echo "$1" ;;
    esac
}

# consequence CAPABILITY: what does not work without it.
consequence() {
    case "$1" in
        writer) echo "LibreOffice Writer：只能生成 docx，PDF 显示“待安装” · docx only, no PDF" ;;
        calc) echo "LibreOffice Calc：电子表格不能转为 PDF · spreadsheets stay spreadsheets" ;;
        uno) echo "python3-uno：PDF 显示“待安装” · no PDF" ;;
        noto) echo "Noto CJK 字体：PDF 中的宋体、黑体可能缺字 · Chinese text may lack glyphs in PDF" ;;
        kaiti | ukai) echo "楷体替代字体：PDF 中楷体改为宋体 · 楷体 is shown as 宋体 in PDF" ;;
        latin) echo "西文替代字体：PDF 中的西文和数字字形与 Word 不同 · Latin letters in PDF differ from Word" ;;
        magic) echo "libmagic：上传文件只按文件头识别类型 · uploads are recognised by their first bytes alone" ;;
        poppler) echo "poppler-utils：不能从 PDF 提取文字核对 · no text check of PDF" ;;
        chromium) echo "Chromium：浏览器测试不运行 · browser tests do not run" ;;
        driver) echo "libatomic：浏览器测试不运行 · browser tests do not run" ;;
        postgres) echo "PostgreSQL：对应的存储测试不运行 · store tests on PostgreSQL do not run" ;;
    esac
}

present() {
    case "$1" in
        writer) have_office_part sw ;;
        calc) have_office_part sc ;;
        uno) have_uno ;;
        noto) have_font NotoSerifCJK && have_font NotoSansCJK ;;
        kaiti) have_font gkai00mp || have_font ukai ;;
        ukai) have_font ukai ;;
        latin) have_font LiberationSerif && have_font LiberationSans ;;
        magic) have_magic ;;
        poppler) have pdftotext && have pdftoppm ;;
        driver) have_browser_driver ;;
        chromium) have_chromium ;;
        postgres) have_postgres ;;
    esac
}

missing_of() {
    for capability in "$@"; do present "$capability" || printf '%s ' "$capability"; done
}

packages_of() {
    for capability in "$@"; do package_name "$capability"; done | tr ' ' '\n' | sort -u | tr '\n' ' ' | sed 's/ $//'
}

# set_up_packages run|dev
set_up_packages() {
    wanted="writer calc uno noto kaiti ukai latin magic poppler"
    [ "$1" = dev ] && wanted="$wanted driver chromium postgres"
    # shellcheck disable=SC2086  # lists of plain words
    missing=$(missing_of $wanted)
    [ -n "$missing" ] || return 0

    # shellcheck disable=SC2086
    packages=$(packages_of $missing)
    if may_install; then
        say "系统软件包：$packages" "system packages"
        # shellcheck disable=SC2086
        install_packages $packages || :
        # shellcheck disable=SC2086
        missing=$(missing_of $missing)
    fi
    case " $missing" in
        *" chromium "*)
            fetch_chromium || :
            # shellcheck disable=SC2086
            missing=$(missing_of $missing)
            ;;
    esac
    [ -n "$missing" ] || return 0

    # shellcheck disable=SC2086
    warn "以下系统软件未安装，程序照常运行，但功能受限 / missing, the product runs with less:" \
        "$(for capability in $missing; do printf -- '- %s\n    ' "$(consequence "$capability")"; done | awk '!seen[$0]++')" \
        "安装命令 to install: $(install_command $(packages_of $missing))"
}

# Where the distribution has no usable package, Playwright brings its own build.
fetch_chromium() {
    say "下载 Chromium" "fetching Chromium"
    logged playwright "$VENV/bin/python" -m playwright install chromium
}

# 仿宋 has no package of its own: the script unpacks an open substitute into storage/fonts.
set_up_fonts() {
    if [ -s storage/fonts/FandolFang-Regular.otf ] || have_font FandolFang; then return 0; fi
    say "仿宋字体（约 50 MB）" "font for 仿宋"
    sh tools/fonts/fetch_fandol.sh >"$LOGS/fonts.log" 2>&1 && return 0
    # images of systems come without package lists
    if may_install && [ "$(package_manager)" = apt-get ]; then
        logged apt-update privileged apt-get -q -o Acquire::Retries=1 -o Acquire::http::Timeout=20 update || :
        sh tools/fonts/fetch_fandol.sh >"$LOGS/fonts.log" 2>&1 && return 0
    fi
    warn "仿宋替代字体未能取得，PDF 中仿宋改为宋体 / the substitute for 仿宋 could not be fetched; PDF uses 宋体." \
        "$(cat "$LOGS/fonts.log")" \
        "重试 to repeat: sudo apt-get update && sh tools/fonts/fetch_fandol.sh"
}
