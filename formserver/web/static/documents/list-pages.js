// Long lists by pages: the next page is fetched and put in place, what was typed is kept first.

/** Fetch the form with other pages of rows open and take the list from it. `query` is added to the address. */
export async function fetchList(name, query) {
  const answer = await fetch(`${location.pathname}?${query}`, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const list = page.querySelector(`fieldset[data-rows="${CSS.escape(name)}"]`);
  return list && document.adoptNode(list);
}

export function pageQuery(name, number) {
  return new URLSearchParams({ [`page:${name}`]: String(number) }).toString();
}

/** The page of a list on which a row stands, found by asking for one after the other. */
export async function openPageOf(form, place, put) {
  const match = /^(.*?)\/(@[^/]+)(\/|$)/.exec(place);
  if (!match) return false;
  const [, name, key] = match;
  const now = form.querySelector(`fieldset[data-rows="${CSS.escape(name)}"]`);
  const pages = now ? now.querySelectorAll(".fs-rows-pages button").length : 0;
  for (let number = 1; number <= pages; number += 1) {
    const list = await fetchList(name, pageQuery(name, number));
    if (!list) return false;
    if (![...list.querySelectorAll("[data-row]")].some((row) => row.dataset.row === `${name}/${key}`)) continue;
    put(name, list);
    return true;
  }
  return false;
}
