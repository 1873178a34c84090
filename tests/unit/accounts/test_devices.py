"""What a browser says of itself, in words."""

from __future__ import annotations

import pytest

from formserver.accounts.devices import device_text


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0",
            "Windows 电脑 · Edge 浏览器",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; SM) AppleWebKit/537.36 Chrome/126.0 Mobile MicroMessenger/8.0",
            "安卓手机 · 微信",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) Version/17.5 Mobile Safari/604.1",
            "iPhone · Safari 浏览器",
        ),
        ("curl/8.5.0", "未知设备"),
        ("", "未知设备"),
        ("<script>alert(1)</script> Firefox", "Firefox 浏览器"),
    ],
)
def test_devices_are_named_for_people(agent: str, words: str) -> None:
    assert device_text(agent) == words
