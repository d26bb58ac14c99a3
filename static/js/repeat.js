// Rows of a repeat come and go at once, and a removed row can be kept after all; without this script the button
// saves and brings an empty row, and a box takes a row out when the text is saved.
for (const repeat of document.querySelectorAll("[data-repeat]")) {
  const button = repeat.querySelector("button[name=add]");
  const words = button.querySelector("[data-words]");
  const total = repeat.querySelector("input[name$=-TOTAL_FORMS]");
  const most = Number(repeat.querySelector("input[name$=-MAX_NUM_FORMS]").value);
  const said = repeat.querySelector("[data-said]");

  function prepare(row) {
    const box = row.querySelector("[data-box] input");
    const [removed, tools] = [row.querySelector("[data-removed]"), row.querySelector("[data-tools]")];
    const show = (isGone) => {
      row.classList.toggle("gone", isGone);
      removed.hidden = !isGone;
    };
    const mark = box ?? Object.assign(document.createElement("input"), { type: "checkbox", hidden: true });
    if (!box) {
      mark.name = `${row.querySelector("[name]").name.replace(/-[^-]+$/, "")}-DELETE`;
      row.append(mark);
    }
    tools.hidden = false;
    row.querySelector("[data-box]")?.setAttribute("hidden", "");
    const change = (isGone, next) => {
      mark.checked = isGone;
      mark.dispatchEvent(new Event("change", { bubbles: true }));
      show(isGone);
      said.textContent = isGone ? removed.firstElementChild.textContent : "";
      next.focus();
    };
    tools.querySelector("button").addEventListener("click", () => change(true, removed.querySelector("button")));
    removed.querySelector("button").addEventListener("click", () => change(false, firstField(row)));
    show(mark.checked);
  }

  button.addEventListener("click", (event) => {
    event.preventDefault();
    const count = Number(total.value);
    if (repeat.querySelectorAll("[data-row]:not(.gone)").length >= most) {
      said.textContent = said.dataset.full;
      return;
    }
    const row = repeat.querySelector("template").content.firstElementChild.cloneNode(true);
    for (const element of row.querySelectorAll("*")) {
      for (const attribute of element.attributes) attribute.value = attribute.value.replaceAll("__prefix__", count);
    }
    for (const number of row.querySelectorAll("[data-number]")) number.textContent = count + 1;
    button.parentElement.before(row);
    total.value = count + 1;
    prepare(row);
    said.textContent = said.dataset.said;
    firstField(row).focus();
  });
  words.textContent = words.dataset.words;
  for (const row of repeat.querySelectorAll("[data-row]")) prepare(row);
}

function firstField(row) {
  return row.querySelector("input:not([type=hidden], [hidden]), textarea, select");
}
