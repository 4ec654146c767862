// Paper is white: a page that is read in the dark scheme is printed in the light one.
(() => {
  const page = document.documentElement.dataset;
  let shown = page.theme;
  window.addEventListener("beforeprint", () => {
    shown = page.theme;
    page.theme = "light";
  });
  window.addEventListener("afterprint", () => {
    page.theme = shown;
  });
})();
