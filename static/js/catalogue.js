// Applies a filter as soon as it is chosen, on wide screens; without this script a button does.
const beside = matchMedia("(min-width: 64rem)"); // there the filters stand beside the results
for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  form.addEventListener("change", () => beside.matches && form.requestSubmit());
}
