// What has been typed and not yet reached the server, kept in this browser: one box per person, document and page.
const PREFIX = "fs-draft:";

export class Outbox {
  constructor(user, documentId) {
    this.prefix = `${PREFIX}${user}:${documentId}:`;
    this.key = this.prefix + crypto.getRandomValues(new Uint32Array(2)).join("");
  }

  /** The person signs out: nothing is written any more, and what was is taken away. */
  close() {
    this.write({});
    this.closed = true;
  }

  /** entries: {name: {now: […], base: […]}} */
  write(entries) {
    if (this.closed) return false;
    try {
      if (Object.keys(entries).length) localStorage.setItem(this.key, JSON.stringify(entries));
      else localStorage.removeItem(this.key);
      return true;
    } catch {
      return false; // storage is full or switched off: the page says that nothing is kept here
    }
  }

  /** Everything earlier pages of this person left behind for this document; the boxes are emptied into ours. */
  takeAll() {
    const found = {};
    try {
      for (const key of Object.keys(localStorage).filter((k) => k.startsWith(this.prefix))) {
        Object.assign(found, JSON.parse(localStorage.getItem(key)));
        localStorage.removeItem(key);
      }
    } catch {
      return found;
    }
    return found;
  }
}
