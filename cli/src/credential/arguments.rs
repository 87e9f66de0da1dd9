//! The arguments of `fedcred credential`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use fedcred_core::claims::Cloud;
use fedcred_core::export::{Export, ExportValues};
use fedcred_core::federation::{Hints, Preset, Rules};

use super::catalogue::Catalogue;
use super::{CredentialRequest, ExportRequest, Source};
use crate::arguments::{Output, cloud, rules};
use crate::input::{Input, one_standard_input};
use crate::report::Failure;

/// Draft the federated credential for a token, a managed identity, or a platform.
///
/// With `--export`, standard output contains only the export. Values that are not
/// known appear as placeholders such as <APP_ID>.
#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: SourceArguments,
    /// With --from-token: match other branches, tags or runs as well.
    #[arg(long)]
    #[arg(conflicts_with_all = ["managed_identity", "platform"])]
    flexible: bool,
    /// Display name of the application, for the name of the credential.
    #[arg(long, value_name = "NAME")]
    app_name: Option<String>,
    /// Application (client) ID.
    #[arg(long, value_name = "ID")]
    app_id: Option<String>,
    /// Directory (tenant) ID of the application.
    #[arg(long, value_name = "ID")]
    app_tenant: Option<String>,
    /// Audience, if it is not the default of the cloud.
    #[arg(long, value_name = "URI")]
    audience: Option<String>,
    /// Cloud of the application [default: that of the issuer, else global].
    #[arg(long, value_name = "CLOUD", value_parser = cloud())]
    cloud: Option<Cloud>,
    /// Credentials that the application already has.
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// Rules of Entra ID to apply.
    #[arg(long, default_value = Rules::default().name(), value_parser = rules())]
    rules: Rules,
    #[command(flatten)]
    pub(super) output: Output,
    #[command(flatten)]
    export: ExportArguments,
}

const AFTER_HELP: &str = "\
Examples:
  fedcred credential --from-token token.txt --app-name billing
  az identity show --name mi --resource-group rg |
    fedcred credential --managed-identity -
  fedcred credential --platform github owner=contoso repository=shop \\
    environment=production --export az-bash

Exit codes:
  0  Entra ID would accept the credential, and it can match
  1  Entra ID would reject it, none could be built, or the export cannot
     express it
  2  Wrong usage, or a file cannot be read";

/// What the credential is made from.
#[derive(Args)]
#[group(multiple = false)]
struct SourceArguments {
    /// Start from a token, a text that contains one, or claims as JSON.
    #[arg(long, value_name = "FILE")]
    from_token: Option<PathBuf>,
    /// Start from `az identity show` or `Get-AzUserAssignedIdentity` output.
    #[arg(long, value_name = "FILE")]
    managed_identity: Option<PathBuf>,
    /// Start from a platform and its values; `--platform list` shows all.
    #[arg(long, value_names = ["NAME", "KEY=VALUE"], num_args = 1..)]
    platform: Vec<String>,
}

/// The export to write, and the values to fill in.
#[derive(Args)]
#[group(skip)]
#[command(next_help_heading = "Export")]
struct ExportArguments {
    /// Write a command, a template, or code; `--export list` shows all.
    #[arg(long, value_name = "NAME")]
    #[arg(value_parser = export_ids(), hide_possible_values = true)]
    export: Option<String>,
    /// Object ID of the application.
    #[arg(long, value_name = "ID")]
    app_object_id: Option<String>,
    /// Unique name of the application in Bicep.
    #[arg(long, value_name = "NAME")]
    app_unique_name: Option<String>,
    /// Tenant to get a token from [default: --app-tenant, else the issuer's].
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
    /// Client ID of the managed identity whose token is exchanged.
    #[arg(long, value_name = "ID")]
    identity_client_id: Option<String>,
    /// Name of the managed identity that gets the credential.
    #[arg(long, value_name = "NAME")]
    identity_name: Option<String>,
    /// Resource group of that managed identity.
    #[arg(long, value_name = "NAME")]
    resource_group: Option<String>,
    /// Scope of the access token.
    #[arg(long, value_name = "SCOPE")]
    scope: Option<String>,
}

/// The name that lists all platforms, or all exports.
const LIST: &str = "list";

fn export_ids() -> PossibleValuesParser {
    let ids = Export::all().map(|export| export.id);
    PossibleValuesParser::new(ids.chain([LIST]))
}

impl Arguments {
    /// The list to print in place of a credential.
    pub(super) fn catalogue(&self) -> Option<Catalogue> {
        let is_list = |name: &String| name == LIST;
        if self.source.platform.first().is_some_and(is_list) {
            Some(Catalogue::of_platforms())
        } else if self.export.export.as_ref().is_some_and(is_list) {
            Some(Catalogue::of_exports())
        } else {
            None
        }
    }

    /// Reads the files that the arguments name.
    pub(super) fn read(self) -> Result<CredentialRequest, Failure> {
        let SourceArguments {
            from_token,
            managed_identity,
            ..
        } = &self.source;
        let files = [from_token, managed_identity, &self.credentials];
        one_standard_input(files.into_iter().flatten())?;
        let source = self.source.read(self.flexible)?;
        let app_id = self.app_id.unwrap_or_default();
        let app_tenant = self.app_tenant.unwrap_or_default();
        Ok(CredentialRequest {
            source,
            others: self.credentials.as_deref().map(Input::read).transpose()?,
            export: self.export.into_request(&app_id, &app_tenant),
            hints: Hints {
                app_name: self.app_name.unwrap_or_default(),
                app_id,
                app_tenant,
                cloud: self.cloud,
                audience: self.audience.unwrap_or_default(),
                rules: self.rules,
                ..Hints::default()
            },
        })
    }
}

impl SourceArguments {
    fn read(&self, flexible: bool) -> Result<Source, Failure> {
        if let Some(file) = &self.from_token {
            let token = Input::read(file)?;
            return Ok(if flexible {
                Source::Flexible(token)
            } else {
                Source::Token(token)
            });
        }
        if let Some(file) = &self.managed_identity {
            return Input::read(file).map(Source::ManagedIdentity);
        }
        match self.platform.split_first() {
            Some((name, pairs)) => Ok(Source::Platform(find_preset(name)?, parse_pairs(pairs)?)),
            None => Err(Failure::Usage {
                reason: "choose a source: --from-token, --managed-identity, or --platform.".into(),
            }),
        }
    }
}

impl ExportArguments {
    fn into_request(self, app_id: &str, app_tenant: &str) -> Option<ExportRequest> {
        let tenant = self.tenant.filter(|tenant| !tenant.is_empty());
        Some(ExportRequest {
            export: Export::from_id(self.export.as_deref()?)?,
            values: ExportValues {
                app_object_id: self.app_object_id.unwrap_or_default(),
                app_id: app_id.to_owned(),
                app_unique_name: self.app_unique_name.unwrap_or_default(),
                tenant_id: tenant.unwrap_or_else(|| app_tenant.to_owned()),
                identity_client_id: self.identity_client_id.unwrap_or_default(),
                resource_group: self.resource_group.unwrap_or_default(),
                identity_name: self.identity_name.unwrap_or_default(),
                scope: self.scope.unwrap_or_default(),
                ..ExportValues::default()
            },
        })
    }
}

fn find_preset(name: &str) -> Result<&'static Preset, Failure> {
    Preset::from_id(name).ok_or_else(|| {
        let names: Vec<_> = Preset::all().map(|preset| preset.id.as_str()).collect();
        let names = names.join(", ");
        Failure::Usage {
            reason: format!(
                "unknown platform {name}. Use one of {names}. `--platform list` shows the keys of each."
            ),
        }
    })
}

fn parse_pairs(arguments: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for argument in arguments {
        let (key, value) = argument.split_once('=').ok_or_else(|| Failure::Usage {
            reason: format!(
                "{argument} is not of the form key=value. `--platform list` shows the keys."
            ),
        })?;
        if pairs.iter().any(|(known, _)| known == key) {
            let reason = format!("{key} is given twice.");
            return Err(Failure::Usage { reason });
        }
        pairs.push((key.to_owned(), value.to_owned()));
    }
    Ok(pairs)
}
