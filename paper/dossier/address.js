// The address names what was last asked of the page, so that it can be kept, sent and gone back to.
const REST = 300; // ms: a browser allows no change of address at each key

let pending = null;
let timer = null;

export function note(address) {
  pending = address;
  clearTimeout(timer);
  timer = setTimeout(write, REST);
}

function write() {
  clearTimeout(timer);
  if (pending !== null) history.replaceState(null, "", pending);
  pending = null;
}

addEventListener("click", write, true); // before a link is followed
addEventListener("pagehide", write);
addEventListener("hashchange", () => (pending = null));

// What the address says: a name, and fields after a question mark. Anybody may have typed it.
export function named() {
  const [name, query = null] = location.hash.slice(1).split("?", 2);
  return { name: readable(name), fields: query === null ? null : new URLSearchParams(query) };
}

function readable(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// Where this page is found: a file's folder says something of its reader, and nothing to another.
export function whereabouts(hash) {
  const { protocol, pathname, href } = location;
  return (protocol === "file:" ? pathname.split("/").pop() : href.split("#")[0]) + hash;
}
