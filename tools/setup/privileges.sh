# Whether system packages may be installed without asking, and how.

may_install() {
    [ "$INSTALL_PACKAGES" = yes ] || return 1
    [ "$(id -u)" = 0 ] || sudo -n true >/dev/null 2>&1
}

# privileged COMMAND...: as root, through sudo where needed; a proxy stays in force.
privileged() {
    if [ "$(id -u)" = 0 ]; then
        DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo -n env DEBIAN_FRONTEND=noninteractive \
            ${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} \
            ${no_proxy:+"no_proxy=$no_proxy"} "$@"
    fi
}

# The package manager of this machine, or "none".
package_manager() {
    for manager in apt-get dnf yum zypper pacman brew; do
        if command -v "$manager" >/dev/null 2>&1; then echo "$manager"; return; fi
    done
    echo none
}

# install_command PACKAGE...: the exact line a person would type.
install_command() {
    case "$(package_manager)" in
        apt-get) echo "sudo apt-get update && sudo apt-get install -y --no-install-recommends $*" ;;
        dnf) echo "sudo dnf install -y $*" ;;
        yum) echo "sudo yum install -y $*" ;;
        zypper) echo "sudo zypper install -y $*" ;;
        pacman) echo "sudo pacman -S --needed $*" ;;
        brew) echo "brew install $*" ;;
        *) echo "（请用本系统的软件包管理器安装 use this system's package manager） $*" ;;
    esac
}

# install_packages PACKAGE...: all at once; where one is unknown, each alone, so that the others still arrive.
install_packages() {
    case "$(package_manager)" in
        apt-get)
            logged apt-update privileged apt-get -q -o Acquire::Retries=2 -o Acquire::http::Timeout=30 update ||
                return 1
            logged apt-install privileged apt-get -q install -y --no-install-recommends "$@" && return 0
            for package in "$@"; do
                logged "apt-install-$package" privileged apt-get -q install -y --no-install-recommends "$package" || :
            done
            ;;
        dnf | yum | zypper)
            manager=$(package_manager)
            logged "$manager-install" privileged "$manager" install -y "$@" && return 0
            for package in "$@"; do
                logged "$manager-install-$package" privileged "$manager" install -y "$package" || :
            done
            ;;
        pacman) logged pacman-install privileged pacman -S --needed --noconfirm "$@" ;;
        *) return 1 ;; # Homebrew is the person's own: show the command
    esac
}
