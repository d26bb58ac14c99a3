// What `look.py` asks of a page, and what it does to it.
globalThis.look = {
  // What stands out of the window, so that the page scrolls sideways.
  wide() {
    const { clientWidth: room, scrollWidth } = document.documentElement;
    if (scrollWidth <= room) return [];
    const isOut = (element) => {
      if (!element.checkVisibility()) return false;
      const { left, right } = element.getBoundingClientRect();
      return right > room + 1 || left < -1;
    };
    const name = (element) => [element.localName, ...element.classList].join(".");
    return [`${scrollWidth} px`, ...[...document.querySelectorAll("body *")].filter(isOut).slice(-3).map(name)];
  },

  // Bytes of all scripts that the page has run, those that a module imports too.
  scripts() {
    const files = performance.getEntriesByType("resource").filter(({ name }) => new URL(name).pathname.endsWith(".js"));
    return files.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0);
  },

  // How much has moved by itself since the page began to load.
  async shift() {
    await document.fonts.ready;
    const moves = [];
    const observer = new PerformanceObserver((list) => moves.push(...list.getEntries()));
    observer.observe({ type: "layout-shift", buffered: true });
    await new Promise((resolve) => setTimeout(resolve, 50));
    return moves.filter((move) => !move.hadRecentInput).reduce((sum, { value }) => sum + value, 0);
  },

  // Words as long as German's: each grows by two fifths, and the first two short ones of a text become one.
  lengthen() {
    document.documentElement.lang = "de";
    const grow = (word) => word + "entwicklungspartnerschaft".slice(0, Math.ceil(word.length * 0.4));
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      texts.currentNode.data = texts.currentNode.data
        .replace(/(\p{L}{4,9}) (\p{L}{4,9})/u, (both, first, second) => first + second.toLowerCase())
        .replace(/\p{L}{4,}/gu, grow);
    }
  },
};
