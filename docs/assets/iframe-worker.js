// A browser that shows pages from a disk starts no worker for them, and the search is one: it runs in a frame instead.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super()
      const frame = document.createElement("iframe")
      frame.hidden = true
      document.body.append(frame)
      const inside = frame.contentWindow
      this.ready = new Promise(ready => {
        inside.postMessage = data => this.dispatchEvent(new MessageEvent("message", { data }))
        inside.importScripts = (...urls) => urls.reduce((before, each) => before.then(() => load(inside, each)), Promise.resolve())
        load(inside, url).then(ready)
      })
      this.inside = inside
    }

    postMessage(data) {
      this.ready.then(() => this.inside.dispatchEvent(new MessageEvent("message", { data })))
    }
  }

  function load(inside, url) {
    return new Promise(loaded => {
      const script = inside.document.createElement("script")
      script.src = new URL(url, document.baseURI)
      script.onload = loaded
      inside.document.body.append(script)
    })
  }
}
