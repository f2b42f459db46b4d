/** Calls `act(item, place)` for each item, `atOnce` at a time. Returns the results in the order of the items. */
export async function concurrently(atOnce, items, act) {
  const results = [];
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const place = next++;
      results[place] = await act(items[place], place);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}
