"""Says in words which device a session runs on, from what its browser tells of itself."""

from __future__ import annotations

from typing import Final

# the first that is found counts: Edge also says Chrome, Chrome also says Safari
_SYSTEMS: Final = (
    ("HarmonyOS", "鸿蒙手机"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "Mac 电脑"),
    ("Linux", "Linux 电脑"),
)
_BROWSERS: Final = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Edg", "Edge 浏览器"),
    ("360SE", "360 浏览器"),
    ("QQBrowser", "QQ 浏览器"),
    ("Firefox", "Firefox 浏览器"),
    ("Chrome", "Chrome 浏览器"),
    ("Safari", "Safari 浏览器"),
)
UNKNOWN: Final = "未知设备"


def device_text(user_agent: str) -> str:
    """``Windows 电脑 · Edge 浏览器``, or 未知设备."""
    words = [
        next((word for sign, word in signs if sign in user_agent), "") for signs in (_SYSTEMS, _BROWSERS)
    ]
    return " · ".join(filter(None, words)) or UNKNOWN
