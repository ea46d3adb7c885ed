// What stands on a page, for tests that compare it.

// The numbers that a page begins with: value and note by label.
export const tiles = (page) => page.locator('.tiles').evaluate((list) => Object.fromEntries(
  [...list.querySelectorAll('.tile')].map((tile) => [
    tile.querySelector('dt').textContent.trim(),
    [tile.querySelector('.value').textContent.trim(), tile.querySelector('.note').textContent.trim()],
  ]),
));

// A table by its rows' names. A cell is what its tooltip says, which is exact, or else its text.
const rows = (page, caption) => page.getByRole('region', { name: caption, exact: true }).locator('table').evaluate((table) => {
  const titles = [...table.querySelectorAll('thead th')].map((header) => header.textContent.trim());
  const cell = (part, index) => [titles[index + 1], part.querySelector('[title]')?.title ?? part.textContent.trim()];
  return [...table.querySelectorAll('tbody tr')].map(({ children: [name, ...cells] }) => [
    name.textContent.trim(), Object.fromEntries(cells.map(cell)),
  ]);
});

// Some of its columns.
export async function columns(page, caption, titles) {
  const all = await rows(page, caption);
  return Object.fromEntries(all.map(([name, row]) => [name, titles.map((title) => row[title])]));
}

// Ids of the requests that a list shows, in its order.
export const listed = (page) => page.locator('#requests tbody th a')
  .evaluateAll((links) => links.map((link) => link.pathname.split('/').at(-1)));
