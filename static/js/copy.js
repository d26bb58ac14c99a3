// A click on <code data-copy> copies its words; without this script they are selected and copied by hand.
for (const code of document.querySelectorAll("[data-copy]")) {
  const copy = () => navigator.clipboard.writeText(code.textContent).then(() => code.animate({ opacity: [0.3, 1] }, 400));
  code.tabIndex = 0;
  code.setAttribute("role", "button");
  code.addEventListener("click", copy);
  code.addEventListener("keydown", (event) => event.key === "Enter" && copy());
}
