// Lets the editors know that a question found nothing; without this script it is not counted.
for (const nothing of document.querySelectorAll("[data-missed]")) {
  navigator.sendBeacon(nothing.dataset.missed, new URLSearchParams({ q: nothing.dataset.question }));
}

// Applies a filter as soon as it is chosen, on wide screens; without this script a button does.
const beside = matchMedia("(min-width: 64rem)"); // there the filters stand beside the results
for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  form.addEventListener("change", () => beside.matches && form.requestSubmit());
}
