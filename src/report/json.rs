//! Findings for machines. The shape is described by the JSON Schemas under `schemas/`.
