// A symbol in an equation is explained where the pointer rests on it and where it is tapped, in the
// words of the list under the equation. That list is there without a script, and for the keyboard.
(() => {
  const box = document.createElement("div");
  box.className = "symbol-box";
  box.setAttribute("role", "tooltip");
  box.hidden = true;
  document.querySelector("article")?.append(box);
  let shown = null; // the symbol that is explained
  let timer = 0;

  const number = (symbol) => `.${/symbol-\d+/.exec(symbol.getAttribute("class"))[0]}`;
  const mark = (on) =>
    shown?.closest(".equation").querySelectorAll(number(shown)).forEach((one) => one.classList.toggle("is-shown", on));
  const hide = () => {
    clearTimeout(timer);
    mark(false);
    shown = null;
    box.hidden = true;
  };
  const show = (symbol) => {
    const list = symbol.closest(".equation").nextElementSibling?.querySelector(".formula-symbol-list");
    const words = list?.querySelector(number(symbol));
    if (!words || symbol === shown) return;
    hide();
    shown = symbol;
    mark(true);
    box.replaceChildren(...words.cloneNode(true).childNodes);
    box.hidden = false;
    // Below the symbol, or above it where there is no room; never beyond the window.
    const at = symbol.getBoundingClientRect();
    const fits = at.bottom + 6 + box.offsetHeight < innerHeight;
    const most = document.documentElement.clientWidth - box.offsetWidth - 8;
    box.style.top = `${fits ? at.bottom + 6 : at.top - 6 - box.offsetHeight}px`;
    box.style.left = `${Math.max(8, Math.min(at.left, most))}px`;
  };

  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "touch") return; // a tap is a click
    clearTimeout(timer);
    const symbol = target.closest(".equation .symbol");
    if (symbol) timer = setTimeout(show, 120, symbol);
    else if (shown && !box.contains(target)) timer = setTimeout(hide, 250); // time to reach the box
  });
  document.addEventListener("click", ({ target }) => {
    const symbol = target.closest(".equation .symbol");
    if (symbol) show(symbol);
    else if (!box.contains(target)) hide();
  });
  document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  addEventListener("scroll", () => shown && hide(), { passive: true, capture: true });
})();
