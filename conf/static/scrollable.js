// What is wider than the page scrolls in a box of its own. Such a box takes the keyboard's focus,
// so that arrow keys move it; a box that fits is no stop on the way.
(() => {
  const boxes = document.querySelectorAll(".equation-scroll, .pst-scrollable-table-container, .highlight pre, .output pre");
  const update = (box) => {
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  };
  const observer = new ResizeObserver((entries) => entries.forEach((entry) => update(entry.target)));
  boxes.forEach((box) => observer.observe(box));
})();
