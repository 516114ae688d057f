//! Lints of the group `compose`.

pub mod compose_env_unread;
pub mod compose_file_missing;
pub mod compose_flag_needed;
pub mod compose_no_external_url;
pub mod compose_unknown_flag;
pub mod compose_version;

use crate::lint::Context;
use crate::model::Service;
use crate::project::ProjectFile;

/// Every service that runs Prometheus or Alertmanager, with its file.
fn services<'c>(
    context: &Context<'c>,
) -> impl Iterator<Item = (&'c ProjectFile, &'c Service)> + use<'c> {
    let composes = context.environment.composes();
    composes.flat_map(|compose| {
        let services = compose.item.services.iter();
        services.map(move |service| (compose.file, service))
    })
}

/// Those that run what the two projects publish, as it is meant to be started.
fn as_published<'c>(
    context: &Context<'c>,
) -> impl Iterator<Item = (&'c ProjectFile, &'c Service)> + use<'c> {
    services(context).filter(|(_, service)| service.is_upstream && !service.has_entrypoint)
}
