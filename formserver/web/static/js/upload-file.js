// One file on its way to the server by the tus protocol: it starts, pauses, survives a lost network and a reload.
import "../vendor/tus.min.js"; // puts tus on the window

const RETRIES = [500, 1500, 4000];
const AGAIN = 15000; // ms between two tries while the network is away
const KEY = "fs-draft:upload:"; // emptied when somebody signs out, like everything kept in this browser

/** Sends `file`; tells `show({state, text, sent})`, state one of waiting, running, paused, offline, failed, done. */
export class FileUpload {
  constructor(file, options, show) {
    this.file = file;
    this.options = options; // url, purpose, chunkMb, owner, token()
    this.show = show;
    this.state = "waiting";
    this.upload = null;
    this.timer = 0;
    window.addEventListener("online", () => this.state === "offline" && this.start());
    window.addEventListener("offline", () => this.state === "running" && this.lost());
  }

  get id() {
    return this.upload?.url?.split("/").pop() ?? "";
  }

  async start() {
    clearTimeout(this.timer);
    const doubtful = this.state === "failed";
    this.say("running", "正在上传");
    if (!this.upload) {
      this.upload = this.make();
      const [earlier] = await this.upload.findPreviousUploads();
      if (earlier) this.upload.resumeFromPreviousUpload(earlier);
    }
    this.upload.options.headers["X-CSRFToken"] = await this.options.token(doubtful);
    this.upload.start();
  }

  pause() {
    clearTimeout(this.timer);
    this.upload?.abort();
    this.say("paused", "已暂停");
  }

  lost() {
    this.upload?.abort();
    this.say("offline", "网络中断，恢复后会自动继续");
  }

  /** Stops and removes what the server has. */
  async drop() {
    clearTimeout(this.timer);
    try {
      await this.upload?.abort(true);
    } catch {
      // the server forgets it by itself after a week
    }
    this.say("dropped", "");
  }

  make() {
    const { url, purpose, chunkMb, owner } = this.options;
    const file = this.file;
    return new window.tus.Upload(file, {
      endpoint: url,
      chunkSize: chunkMb * 1048576,
      retryDelays: RETRIES,
      metadata: { filename: file.name, purpose },
      headers: { Accept: "application/json" },
      fingerprint: async () => mark([owner, purpose, file.name, file.size, file.lastModified].join("|")),
      urlStorage: STORAGE,
      onShouldRetry: (error) => this.tryAgain(statusOf(error)),
      onProgress: (sent, total) => this.state === "running" && this.say("running", percent(sent, total), sent),
      onSuccess: () => this.say("done", "已传完"),
      onError: (error) => this.failed(error),
    });
  }

  tryAgain(status) {
    if (!mayPass(status)) return false;
    if (!status) this.say("running", "网络不稳定，正在重试");
    return true;
  }

  failed(error) {
    const status = statusOf(error);
    if (!status || status >= 502) {
      this.lost();
      this.timer = setTimeout(() => this.start(), AGAIN);
    } else if (status === 401 || codeOf(error) === "CSRF") {
      this.say("failed", "登录已过期，已传的部分还在。请在新窗口重新登录，再回到这里点“继续”。", undefined, true);
    } else {
      this.say("failed", textOf(error));
    }
  }

  say(state, text, sent, signIn = false) {
    this.state = state;
    this.show({ state, text, sent, signIn });
  }
}

/** Where unfinished uploads continue, by the mark of their file: addresses only, no names. */
const STORAGE = {
  async findAllUploads() {
    return [];
  },
  async findUploadsByFingerprint(fingerprint) {
    const url = read(KEY + fingerprint);
    return url ? [{ uploadUrl: url, urlStorageKey: KEY + fingerprint, size: null, metadata: {}, creationTime: "" }] : [];
  },
  async removeUpload(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // a browser that keeps nothing has nothing to remove
    }
  },
  async addUpload(fingerprint, upload) {
    try {
      localStorage.setItem(KEY + fingerprint, upload.uploadUrl);
    } catch {
      // then a reload starts from the beginning
    }
    return KEY + fingerprint;
  },
};

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** 53 bits of a text, so that the names of files are not kept in a shared browser. */
function mark(text) {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (const char of text) {
    const code = char.codePointAt(0);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  return ((b >>> 0) * 4294967296 + (a >>> 0)).toString(36);
}

const statusOf = (error) => error?.originalResponse?.getStatus() ?? 0;
const mayPass = (status) => !status || [409, 423, 460, 429].includes(status) || (status >= 500 && status !== 507);
const percent = (sent, total) => `${Math.floor((100 * sent) / total)}%`;

function bodyOf(error) {
  try {
    return JSON.parse(error.originalResponse.getBody());
  } catch {
    return {};
  }
}
const codeOf = (error) => bodyOf(error).code ?? "";
const textOf = (error) => bodyOf(error).detail || "上传没有成功，请点“重试”；仍不成功请联系系统管理员。";
