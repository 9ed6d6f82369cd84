//! Ranges of prices that split the hits into parts of about the same size, with round bounds.

/// The most ranges that are offered.
const RANGES: usize = 5;

/// From (inclusive), to (exclusive), how many of the sorted `prices` are in it. Empty for fewer than two prices.
pub fn price_ranges(prices: &[i64]) -> Vec<(i64, i64, u32)> {
    let (Some(&lowest), Some(&highest)) = (prices.first(), prices.last()) else { return Vec::new() };
    if lowest == highest {
        return Vec::new();
    }
    let mut bounds: Vec<i64> = (1..RANGES)
        .filter_map(|part| prices.get(prices.len() * part / RANGES))
        .map(|price| round_down(*price))
        .collect();
    bounds.insert(0, round_down(lowest));
    bounds.push(round_down(highest).saturating_add(step(highest)));
    bounds.dedup();
    let ranges = bounds.iter().zip(bounds.iter().skip(1)).map(|(&from, &to)| {
        let below = |bound: i64| prices.partition_point(|price| *price < bound);
        (from, to, u32::try_from(below(to) - below(from)).unwrap_or(u32::MAX))
    });
    ranges.filter(|(_, _, count)| *count > 0).collect()
}

/// Half of the power of ten below: bounds such as 1500, 2000, 15000.
fn step(price: i64) -> i64 {
    let power = 10_i64.pow(price.max(1).ilog10().min(17));
    (power / 2).max(1)
}

fn round_down(price: i64) -> i64 {
    price - price % step(price)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_price_is_in_one_range() {
        for prices in [vec![], vec![100, 100], vec![99, 2_499], (1..400).map(|n| n * n * 7).collect()] {
            let ranges = price_ranges(&prices);
            assert!(ranges.len() <= RANGES);
            assert!(ranges.windows(2).all(|pair| pair[0].1 <= pair[1].0));
            let counted: u32 = ranges.iter().map(|range| range.2).sum();
            let distinct = prices.first() != prices.last();
            assert_eq!(usize::try_from(counted).unwrap(), if distinct { prices.len() } else { 0 });
        }
    }
}
