// A button beside each password shows what was typed; without this script there is none.
const words = document.querySelector("[data-show-password]");
for (const field of words ? document.querySelectorAll("input[type=password]") : []) {
  const button = words.content.firstElementChild.cloneNode(true);
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => {
    const isShown = field.type === "password";
    field.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", isShown);
  });
  field.after(button);
}
