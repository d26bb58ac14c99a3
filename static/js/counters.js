// Counts the characters of a text while it is written; without this script the count is that of the last save.
for (const counter of document.querySelectorAll("[data-counter]")) {
  const field = document.getElementById(counter.dataset.counter);
  const used = counter.querySelector("[data-used]");
  const format = new Intl.NumberFormat(document.documentElement.lang);
  field?.addEventListener("input", () => {
    const length = [...field.value].length;
    used.textContent = format.format(length);
    counter.classList.toggle("over", length > Number(field.dataset.max));
  });
}
