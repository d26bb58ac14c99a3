// Counts the characters or lines of a text while it is written, and says the count aloud once the writer pauses;
// without this script the count is that of the last save.
const PAUSE = 1200;
const format = new Intl.NumberFormat(document.documentElement.lang);

document.addEventListener("input", ({ target: field }) => {
  const counter = field.id && document.querySelector(`[data-counter="${CSS.escape(field.id)}"]`);
  if (!counter) return;
  const { max, lines } = field.dataset;
  const length = lines ? field.value.split("\n").filter((line) => line.trim()).length : [...field.value].length;
  const isOver = length > Number(max ?? lines);
  counter.querySelector("[data-used]").textContent = format.format(length);
  counter.querySelector("[data-over]").hidden = !isOver;
  counter.classList.toggle("over", isOver);
  sayAfterPause(counter);
});

let waiting;
function sayAfterPause(counter) {
  clearTimeout(waiting);
  const said = counter.nextElementSibling ?? document.createElement("p");
  if (!said.isConnected) {
    Object.assign(said, { className: "vh", role: "status" });
    counter.after(said);
  }
  waiting = setTimeout(() => (said.textContent = counter.innerText), PAUSE);
}
