// What the scripts of the page share. All text goes into the page as textContent, never as markup.
"use strict";
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const told = document.getElementById("data") ? JSON.parse(document.getElementById("data").textContent) : null;

// What a link points at is opened, if it is folded.
const reveal = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = target && (target.matches("details") ? target : target.closest("details:not([open])"));
  if (!folded || folded.open) return;
  folded.open = true;
  target.scrollIntoView();
};
addEventListener("hashchange", reveal);
reveal();
