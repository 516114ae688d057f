//! Splits the fixtures of a project for several runners.

use std::cmp::Reverse;

/// A share of the fixtures: the `number`th of `of`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shard {
    /// From 1.
    number: usize,
    of: usize,
}

impl Shard {
    /// Reads `1/4`: the first of four.
    pub fn parse(text: &str) -> Result<Self, String> {
        let number = |text: &str| {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<usize>().ok().filter(|_| is_plain)
        };
        let both = text.split_once('/');
        match both.and_then(|(first, of)| Some((number(first)?, number(of)?))) {
            Some((number, of)) if (1..=of).contains(&number) => Ok(Self { number, of }),
            Some((_, of)) if of > 0 => Err(format!("expected a number from 1 to {of} before `/`")),
            _ => Err("expected NUMBER/COUNT, as in 1/4".to_owned()),
        }
    }

    /// The places of its fixtures, of which `sizes` gives each a size, in rising order. Every fixture is in exactly one of
    /// the shards, and the shards are of nearly one size: from large to small, each fixture goes to the shard that has
    /// least so far.
    #[must_use]
    pub fn share(self, sizes: &[usize]) -> Vec<usize> {
        let mut by_size: Vec<usize> = (0..sizes.len()).collect();
        by_size.sort_by_key(|&place| (Reverse(sizes[place]), place));
        let shards = self.of.min(sizes.len());
        let mut loads = vec![0_usize; shards];
        let mut share = Vec::new();
        for place in by_size {
            let least = (0..shards).min_by_key(|&shard| (loads[shard], shard));
            let Some(least) = least else { continue };
            // An empty fixture is work too, so that many of them do not all come to one shard.
            loads[least] += sizes[place].max(1);
            if least + 1 == self.number {
                share.push(place);
            }
        }
        share.sort_unstable();
        share
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shards_are_read() {
        assert_eq!(Shard::parse("2/3"), Ok(Shard { number: 2, of: 3 }));
        for wrong in [
            "", "1", "0/3", "4/3", "1/0", "-1/3", "+1/3", "1/3/4", "a/b", "1/ 3",
        ] {
            assert!(Shard::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn large_ones_are_spread() {
        let sizes = [10, 900, 20, 800, 30];
        let share = |number| Shard { number, of: 2 }.share(&sizes);
        assert_eq!(share(1), [1], "900");
        assert_eq!(share(2), [0, 2, 3, 4], "800 + 30 + 20 + 10");
    }

    proptest! {
        #[test]
        fn every_fixture_is_in_exactly_one_shard(
            sizes in prop::collection::vec(0_usize..5000, 0..60),
            of in 1_usize..12,
        ) {
            let mut all: Vec<usize> = (1..=of)
                .flat_map(|number| Shard { number, of }.share(&sizes))
                .collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..sizes.len()).collect::<Vec<_>>());
        }

        #[test]
        fn no_shard_has_more_than_another_by_more_than_one_fixture(
            sizes in prop::collection::vec(1_usize..5000, 1..60),
            of in 1_usize..12,
        ) {
            let loads = (1..=of).map(|number| {
                let share = Shard { number, of }.share(&sizes);
                share.iter().map(|&place| sizes[place]).sum::<usize>()
            });
            let loads: Vec<usize> = loads.collect();
            let most = loads.iter().max().copied().unwrap_or(0);
            let least = loads.iter().min().copied().unwrap_or(0);
            prop_assert!(most - least <= sizes.iter().max().copied().unwrap_or(0));
        }
    }
}
