#!/bin/sh
# Puts the Fandol fonts (仿宋, 楷体, 黑体, 宋体) into storage/fonts, or the folder given as first argument.
#
# Why: FandolFang is the only free 仿宋 of print quality; Debian ships it inside texlive-lang-chinese (49 MB). The package is
# downloaded and unpacked, not installed: no TeX, no root. Licence: GPL with the font exception, kept beside the fonts.
# Does nothing when the fonts are there. Without apt or network it says what is missing and leaves with status 3:
# everything else works, 仿宋 is then drawn with Noto Serif CJK SC.
set -eu

target=${1:-$(dirname "$0")/../../storage/fonts}
package=texlive-lang-chinese
wanted="FandolFang-Regular FandolKai-Regular FandolHei-Regular FandolHei-Bold FandolSong-Regular FandolSong-Bold"

missing() {
    for font in $wanted; do
        [ -s "$target/$font.otf" ] || return 0
    done
    return 1
}

degraded() {
    echo "字体：$1" >&2
    echo "字体：仿宋将以 Noto Serif CJK SC 代替。可在有网络的机器上运行本脚本后把 $target 拷贝过来，" >&2
    echo "      或把单位已获授权的字体放入该目录（FONTS_DIR）。 / FandolFang is not available: $1" >&2
    exit 3
}

if ! missing; then
    echo "字体：Fandol 已在 $target"
    exit 0
fi
command -v apt-get >/dev/null 2>&1 || degraded "本机没有 apt-get，无法取得 $package。"
command -v dpkg-deb >/dev/null 2>&1 || degraded "本机没有 dpkg-deb，无法解开 $package。"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
chmod 755 "$work"
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root -o Acquire::Retries=1 -o Acquire::http::Timeout=20 download "$package" >/dev/null 2>&1) ||
    degraded "无法下载 $package（没有网络，或需要先运行 apt-get update）。"
dpkg-deb -x "$work"/"$package"_*.deb "$work/unpacked" || degraded "下载的 $package 不完整。"

mkdir -p "$target"
for font in $wanted; do
    found=$(find "$work/unpacked" -name "$font.otf" -type f | head -n 1)
    [ -n "$found" ] || degraded "$package 中没有 $font。"
    cp "$found" "$target/.$font.part"
    chmod 644 "$target/.$font.part"
    mv "$target/.$font.part" "$target/$font.otf"
done
find "$work/unpacked" -path '*fandol*' -name 'COPYING*' -exec cp {} "$target/Fandol-COPYING.gz" \;
missing && degraded "字体没有写全。"
echo "字体：Fandol 已放入 $target"
