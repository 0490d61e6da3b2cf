// Searching and sorting the list of targets. Without it everything is still there and opens.
(() => {
  const list = document.querySelector('.targets');
  const search = document.getElementById('search');
  if (!list || !search) return;
  const items = [...list.children];
  const count = document.getElementById('count');
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const text = item.dataset.find;
      item.hidden = !words.every((word) => text.includes(word));
      shown += item.hidden ? 0 : 1;
    }
    count.textContent = shown === items.length ? `${shown} targets` : `${shown} of ${items.length} targets`;
  };
  const sort = () => {
    const key = document.getElementById('sort').value;
    const value = (item) => (key === 'name' ? 0 : Number(item.dataset[key] || -1));
    items.sort((a, b) => value(b) - value(a) || Number(a.dataset.place) - Number(b.dataset.place));
    list.append(...items);
  };
  search.addEventListener('input', show);
  document.getElementById('sort').addEventListener('change', sort);
  document.querySelector('.tools').hidden = false;
  show();
})();
