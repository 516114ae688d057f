//! What a file may ask for before it is refused.

/// How deep collections may nest, aliases followed.
pub const MAX_DEPTH: u32 = 256;

/// How many nodes the aliases of a document may stand for, beyond those that are written.
///
/// Real files reuse some dozens; aliases of aliases (the "billion laughs") pass any limit at once.
pub const MAX_ALIASED_NODES: u64 = 1_000_000;

/// The words for a file that nests deeper.
pub(super) fn too_deep() -> String {
    format!("nested more than {MAX_DEPTH} levels deep")
}

/// Weight of a node: how many nodes it stands for and how many levels it has, aliases followed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weight {
    pub nodes: u64,
    pub levels: u32,
}

impl Weight {
    /// One node without children.
    pub const LEAF: Self = Self {
        nodes: 1,
        levels: 1,
    };

    /// Adds a child to the weight of its parent.
    pub fn add_child(&mut self, child: Self) {
        self.nodes = self.nodes.saturating_add(child.nodes);
        self.levels = self.levels.max(child.levels.saturating_add(1));
    }
}
