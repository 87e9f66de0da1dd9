//! The command line of Fedcred: arguments, and exit codes.
//!
//! Exit code 0 means yes (the token is not invalid, a credential matches, an error is recognised, the scenario ends as it should), 1 means no,
//! 2 means that the question could not be asked: wrong usage or a file that cannot be read.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod credential;
mod decode;
mod explain;
mod input;
mod known;
mod matching;
mod report;
mod serve;
mod simulate;
mod text;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};
use fedcred_core::claims::{Cloud, Expected};
use fedcred_core::export::{ExportValues, export, exports};
use fedcred_core::federation::{Hints, Preset, Rules, preset, presets};
use fedcred_core::text::time;

use credential::{Exported, Source};
use decode::Question;
use input::{Bytes, Input};
use known::Known;
use report::{Failure, Report};

#[derive(Parser)]
#[command(name = "fedcred", version, color = ColorChoice::Never, disable_help_subcommand = true, verbatim_doc_comment)]
/// Look into tokens, match them with credentials, run the exchange with Entra ID.
///
/// Nothing is sent anywhere: Entra ID is a mock inside this program.
/// For each FILE, `-` reads standard input.
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Decode(Box<DecodeArguments>),
    Credential(Box<CredentialArguments>),
    Match(MatchArguments),
    Explain(ExplainArguments),
    Simulate(SimulateArguments),
    Serve(ServeArguments),
}

/// Take the tokens of a text apart, check and explain them.
///
/// Exit code 1: there is no token, a signature is invalid, or a token is not
/// as expected. Without expectations an expired token is no failure, and a
/// signature that was not checked or cannot be checked never is: exit code 0
/// does not mean that a signature was verified. The `state` in JSON tells.
#[derive(Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:\n  fedcred decode token.txt --keys jwks.json --format json\n  fedcred decode token.txt --issuer https://token.actions.githubusercontent.com\n  fedcred decode new.txt --compare old.txt"
)]
struct DecodeArguments {
    /// A token, a text that holds tokens, or claims as JSON [default: `-`].
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: PathBuf,
    /// Keys to check signatures with: JWK, JWKS, PEM, a certificate, a
    /// discovery document with its keys, a secret as text or base64url.
    #[arg(long, value_name = "FILE", verbatim_doc_comment)]
    keys: Option<PathBuf>,
    /// Where no key was given or none fits, try the one in the token's own
    /// header (`jwk`, `x5c`). It proves nothing: whoever makes a token can
    /// put any key there. Exit code 0 is no verification then either.
    #[arg(long, verbatim_doc_comment)]
    own_key: bool,
    /// The payload of tokens that came without one, as it was signed.
    #[arg(long, value_name = "FILE")]
    payload: Option<PathBuf>,
    #[command(flatten)]
    expected: ExpectedArguments,
    /// A text whose first token is compared with the first one of FILE,
    /// claim by claim. Differences are no failure.
    #[arg(long, value_name = "OTHER", verbatim_doc_comment)]
    compare: Option<PathBuf>,
    /// The moment to judge times at: seconds or RFC 3339 [default: now].
    #[arg(long, value_name = "TIME", value_parser = moment, allow_hyphen_values = true)]
    at: Option<i64>,
    #[command(flatten)]
    output: Output,
}

/// With any of them, the times of a token are expected to be right too.
#[derive(Args)]
#[group(skip)]
struct ExpectedArguments {
    /// Expect this `iss`, exactly, and a token that is within its time.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    issuer: Option<String>,
    /// Expect this `aud`, exactly, and a token that is within its time.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    audience: Option<String>,
    /// Expect this `sub`, exactly, and a token that is within its time.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    subject: Option<String>,
    /// Expect a token that is within its time; clocks may differ by so many
    /// seconds [default: 0].
    #[arg(long, value_name = "SECONDS", verbatim_doc_comment, value_parser = clap::value_parser!(i64).range(0..=LONGEST_LEEWAY))]
    leeway: Option<i64>,
}

/// Clocks that differ by more than a day are wrong; so much is no leeway.
const LONGEST_LEEWAY: i64 = 86_400;

impl ExpectedArguments {
    /// What is expected; `None` where nothing was asked for.
    fn read(self) -> Option<Expected> {
        let asked = self.issuer.is_some()
            || self.audience.is_some()
            || self.subject.is_some()
            || self.leeway.is_some();
        asked.then(|| Expected {
            issuer: self.issuer,
            audience: self.audience,
            subject: self.subject,
            leeway: self.leeway.unwrap_or_default(),
        })
    }
}

/// Make the federated credential that lets a token or an identity in.
///
/// Exit code 1: Entra ID would not save it, it would not match, or the export
/// cannot hold it. With --export, standard output is the export alone; what is
/// not known stands in it as a placeholder like <APP_ID>.
#[derive(Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:\n  fedcred credential --from-token token.txt --app-name billing\n  az identity show --name mi --resource-group rg | fedcred credential --managed-identity -\n  fedcred credential --platform github owner=contoso repository=shop environment=production --export az-bash"
)]
struct CredentialArguments {
    #[command(flatten)]
    from: CredentialSource,
    /// With --from-token: a flexible credential, which lets in other branches
    /// or runs of the same repository as well (GitHub, GitLab, HCP Terraform).
    #[arg(long, conflicts_with_all = ["managed_identity", "platform"], verbatim_doc_comment)]
    flexible: bool,
    /// Name of the application, for the credential's name.
    #[arg(
        long,
        value_name = "NAME",
        default_value = "",
        hide_default_value = true
    )]
    app_name: String,
    /// Client id of the application.
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    app_id: String,
    /// Tenant id of the application.
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    app_tenant: String,
    /// The audience, where it is not the usual one of the cloud.
    #[arg(
        long,
        value_name = "URI",
        default_value = "",
        hide_default_value = true
    )]
    audience: String,
    /// The cloud of the application [default: the issuer's, else global].
    #[arg(long, value_name = "CLOUD", value_parser = cloud())]
    cloud: Option<Cloud>,
    /// The credentials that the application has already.
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// The rules of Entra ID.
    #[arg(long, default_value = Rules::default().word(), value_parser = rules())]
    rules: Rules,
    #[command(flatten)]
    export: ExportArguments,
    #[command(flatten)]
    output: Output,
}

/// What an export is filled with.
#[derive(Args)]
#[group(skip)]
struct ExportArguments {
    /// Write it as a command or code, or those that use it; `list` names all.
    #[arg(long, value_name = "NAME", value_parser = export_names(), hide_possible_values = true)]
    export: Option<String>,
    /// Object id of the application, for the export.
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    app_object_id: String,
    /// Unique name of the application in Bicep, for the export.
    #[arg(
        long,
        value_name = "NAME",
        default_value = "",
        hide_default_value = true
    )]
    app_unique_name: String,
    /// The tenant to ask a token of, for the export [default: the
    /// application's, else the issuer's].
    #[arg(
        long,
        value_name = "ID",
        default_value = "",
        hide_default_value = true,
        verbatim_doc_comment
    )]
    tenant: String,
    /// Client id of the managed identity whose token is exchanged, for the
    /// export.
    #[arg(
        long,
        value_name = "ID",
        default_value = "",
        hide_default_value = true,
        verbatim_doc_comment
    )]
    identity_client_id: String,
    /// Name of the managed identity that gets the credential, for the export.
    #[arg(
        long,
        value_name = "NAME",
        default_value = "",
        hide_default_value = true
    )]
    identity_name: String,
    /// Resource group of that managed identity, for the export.
    #[arg(
        long,
        value_name = "NAME",
        default_value = "",
        hide_default_value = true
    )]
    resource_group: String,
    /// What a token is asked for, for the export.
    #[arg(
        long,
        value_name = "SCOPE",
        default_value = "",
        hide_default_value = true
    )]
    scope: String,
}

/// What the credential is made of.
#[derive(Args)]
#[group(multiple = false)]
struct CredentialSource {
    /// A token, a text that holds one, or claims as JSON.
    #[arg(long, value_name = "FILE")]
    from_token: Option<PathBuf>,
    /// What `az identity show` or `Get-AzUserAssignedIdentity` prints.
    #[arg(long, value_name = "FILE")]
    managed_identity: Option<PathBuf>,
    /// A platform and what it asks, `key=value`; `list` names all.
    #[arg(long, value_names = ["NAME", "KEY=VALUE"], num_args = 1..)]
    platform: Vec<String>,
}

/// Compare a token with credentials and show where they differ.
///
/// Exit code 1: none matches, or there are no claims to compare.
#[derive(Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Example:\n  az ad app federated-credential list --id APP_ID >credentials.json\n  fedcred match --token token.txt --credentials credentials.json"
)]
struct MatchArguments {
    /// A token, a text that holds one, or claims as JSON.
    #[arg(long, value_name = "FILE")]
    token: PathBuf,
    /// Credentials: a list, Graph's answer, or a single one.
    #[arg(long, value_name = "FILE")]
    credentials: PathBuf,
    /// The rules of Entra ID.
    #[arg(long, default_value = Rules::default().word(), value_parser = rules())]
    rules: Rules,
    #[command(flatten)]
    output: Output,
}

/// Explain the errors of Entra ID in a message, a response or a log.
///
/// Exit code 1: no error is recognised.
#[derive(Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:\n  fedcred explain job.log\n  fedcred explain --text \"AADSTS700213: No matching federated identity …\""
)]
struct ExplainArguments {
    #[command(flatten)]
    from: ErrorSource,
    #[command(flatten)]
    output: Output,
}

/// Where the errors are.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct ErrorSource {
    /// A text that holds errors.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The text itself.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    text: Option<String>,
}

/// Run scenarios: the whole exchange, step by step.
///
/// Exit code 1: a scenario ends otherwise than its `expect` says; without
/// `expect`, it is refused or denied; or its file has errors.
#[derive(Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Example:\n  fedcred simulate core/data/scenarios/*.json"
)]
struct SimulateArguments {
    /// Scenario files.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// For people, for programs, or the exchange to take along.
    #[arg(long, value_enum, default_value_t = SimulateFormat::Text)]
    format: SimulateFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SimulateFormat {
    Text,
    Json,
    Mermaid,
    Markdown,
}

/// Serve a scenario's mock of Entra ID to real clients, on 127.0.0.1.
///
/// The first line printed names the address.
/// The Host header of a request says whom it is for: the sign-in host,
/// 169.254.169.254, the API of the scenario. Each request and the check at
/// which it failed is printed as it comes.
///
/// Exit code 1: the scenario file has errors.
#[derive(Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Example:\n  fedcred serve core/data/scenarios/managed-identity.json\n  curl -G http://127.0.0.1:8090/metadata/identity/oauth2/token \\\n    -d api-version=2018-02-01 -d resource=api://AzureADTokenExchange \\\n    -H 'Host: 169.254.169.254' -H 'Metadata: true'"
)]
struct ServeArguments {
    /// Scenario file.
    #[arg(value_name = "SCENARIO")]
    file: PathBuf,
    /// The port to listen on; 0 for any that is free.
    #[arg(long, value_name = "N", default_value_t = 8090)]
    port: u16,
    /// Where the mock's clock starts; it runs on from there.
    #[arg(long, value_enum, default_value_t = StartOfClock::Now)]
    clock: StartOfClock,
    /// Stop when standard input ends, as it does when the program that
    /// started this one ends.
    #[arg(long, verbatim_doc_comment)]
    until_stdin_closes: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StartOfClock {
    /// Now, and all times in the scenario move along.
    Now,
    /// At the moment that the scenario names.
    Scenario,
}

#[derive(Args)]
struct Output {
    /// For people, or for programs.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(answer) => return usage(&answer),
    };
    match run(arguments.command) {
        Ok(passed) => ExitCode::from(u8::from(!passed)),
        Err(failure) => {
            report::say(&failure.to_string());
            ExitCode::from(USAGE)
        }
    }
}

/// Exit code of a question that cannot be asked.
const USAGE: u8 = 2;

/// Help, the version, or what is wrong with the arguments.
fn usage(answer: &clap::Error) -> ExitCode {
    report::print_usage(&answer.to_string(), answer.use_stderr());
    ExitCode::from(if answer.use_stderr() { USAGE } else { 0 })
}

/// Whether the answer is yes.
fn run(command: Command) -> Result<bool, Failure> {
    match command {
        Command::Decode(arguments) => run_decode(*arguments),
        Command::Credential(arguments) => run_credential(*arguments),
        Command::Match(arguments) => run_match(&arguments),
        Command::Explain(arguments) => run_explain(arguments),
        Command::Simulate(arguments) => run_simulate(&arguments),
        Command::Serve(arguments) => run_serve(&arguments),
    }
}

fn run_decode(arguments: DecodeArguments) -> Result<bool, Failure> {
    let DecodeArguments {
        file,
        keys,
        payload,
        compare,
        ..
    } = &arguments;
    let others = [keys, payload, compare].into_iter().flatten();
    input::one_standard_input(std::iter::once(file).chain(others))?;
    let question = Question {
        input: Input::read(file)?,
        keys: keys.as_deref().map(Bytes::read).transpose()?,
        own_key: arguments.own_key,
        payload: payload.as_deref().map(Bytes::read).transpose()?,
        other: compare.as_deref().map(Input::read).transpose()?,
        expected: arguments.expected.read(),
        now: arguments.at.unwrap_or_else(clock),
    };
    answer(&decode::decode(question), &arguments.output)
}

fn run_credential(arguments: CredentialArguments) -> Result<bool, Failure> {
    let CredentialSource {
        from_token,
        managed_identity,
        platform,
    } = &arguments.from;
    if platform.first().is_some_and(|name| name == LIST) {
        return answer(&Known::Platforms, &arguments.output);
    }
    if arguments.export.export.as_deref() == Some(LIST) {
        return answer(&Known::Exports, &arguments.output);
    }
    let files = [from_token, managed_identity, &arguments.credentials];
    input::one_standard_input(files.into_iter().flatten())?;
    let source = match (from_token, managed_identity, platform.split_first()) {
        (Some(file), ..) if arguments.flexible => Source::Flexible(Input::read(file)?),
        (Some(file), ..) => Source::Token(Input::read(file)?),
        (_, Some(file), _) => Source::ManagedIdentity(Input::read(file)?),
        (.., Some((name, pairs))) => Source::Platform(platform_called(name)?, read_pairs(pairs)?),
        _ => {
            return Err(Failure::Usage {
                reason: "give what the credential is made of: --from-token, --managed-identity or --platform.".into(),
            });
        }
    };
    let others = arguments.credentials.as_deref().map(Input::read);
    let exported = arguments
        .export
        .read(&arguments.app_id, &arguments.app_tenant);
    let hints = Hints {
        app_name: arguments.app_name,
        app_id: arguments.app_id,
        app_tenant: arguments.app_tenant,
        cloud: arguments.cloud,
        audience: arguments.audience,
        rules: arguments.rules,
        ..Hints::default()
    };
    let made = credential::make(&source, others.transpose()?.as_ref(), hints, exported);
    answer(&made, &arguments.output)
}

/// The name that asks for a list.
const LIST: &str = "list";

impl ExportArguments {
    fn read(self, app_id: &str, app_tenant: &str) -> Option<Exported> {
        let tenant = if self.tenant.is_empty() {
            app_tenant
        } else {
            &self.tenant
        };
        Some(Exported {
            export: export(self.export.as_deref()?)?,
            values: ExportValues {
                app_object_id: self.app_object_id,
                app_id: app_id.to_owned(),
                app_unique_name: self.app_unique_name,
                tenant_id: tenant.to_owned(),
                identity_client_id: self.identity_client_id,
                resource_group: self.resource_group,
                identity_name: self.identity_name,
                scope: self.scope,
                ..ExportValues::default()
            },
        })
    }
}

fn platform_called(name: &str) -> Result<&'static Preset, Failure> {
    preset(name).ok_or_else(|| {
        let names: Vec<_> = presets().map(|preset| preset.id.as_str()).collect();
        let names = names.join(", ");
        Failure::Usage {
            reason: format!("no platform is called {name}. Known are {names}; --platform list tells what each asks."),
        }
    })
}

fn read_pairs(pairs: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let mut read: Vec<(String, String)> = Vec::new();
    for pair in pairs {
        let (key, value) = pair.split_once('=').ok_or_else(|| Failure::Usage {
            reason: format!("{pair} is no key=value; --platform list names the keys."),
        })?;
        if read.iter().any(|(known, _)| known == key) {
            let reason = format!("{key} is given twice; give it once.");
            return Err(Failure::Usage { reason });
        }
        read.push((key.to_owned(), value.to_owned()));
    }
    Ok(read)
}

fn run_match(arguments: &MatchArguments) -> Result<bool, Failure> {
    let paths: [&Path; 2] = [&arguments.token, &arguments.credentials];
    input::one_standard_input(paths)?;
    let token = Input::read(&arguments.token)?;
    let credentials = Input::read(&arguments.credentials)?;
    answer(
        &matching::compare(&token, &credentials, arguments.rules),
        &arguments.output,
    )
}

fn run_explain(arguments: ExplainArguments) -> Result<bool, Failure> {
    let ErrorSource { file, text } = arguments.from;
    let input = match file {
        Some(file) => Input::read(&file)?,
        None => Input::given("--text", text.unwrap_or_default()),
    };
    answer(&explain::explain(&input), &arguments.output)
}

fn run_simulate(arguments: &SimulateArguments) -> Result<bool, Failure> {
    input::one_standard_input(&arguments.files)?;
    let inputs: Vec<_> = arguments
        .files
        .iter()
        .map(|file| Input::read(file))
        .collect::<Result<_, _>>()?;
    let simulations = simulate::simulate(&inputs);
    report::say_findings(simulations.findings());
    match arguments.format {
        SimulateFormat::Text => report::print_text(&simulations)?,
        SimulateFormat::Json => report::print_json(&simulations)?,
        SimulateFormat::Mermaid => report::print_verbatim(&simulations.mermaid())?,
        SimulateFormat::Markdown => report::print_verbatim(&simulations.markdown())?,
    }
    Ok(simulations.passed())
}

fn run_serve(arguments: &ServeArguments) -> Result<bool, Failure> {
    let watched = arguments.until_stdin_closes.then_some(Path::new("-"));
    input::one_standard_input([&*arguments.file].into_iter().chain(watched))?;
    let options = serve::Options {
        port: arguments.port,
        at_scenario: arguments.clock == StartOfClock::Scenario,
        until_stdin_closes: arguments.until_stdin_closes,
        format: arguments.output.format,
    };
    serve::serve(&Input::read(&arguments.file)?, &options)
}

fn answer(report: &impl Report, output: &Output) -> Result<bool, Failure> {
    report::say_findings(report.findings());
    match output.format {
        Format::Text => report::print_text(report)?,
        Format::Json => report::print_json(report)?,
    }
    Ok(report.passed())
}

fn moment(text: &str) -> Result<i64, String> {
    time::parse(text)
        .ok_or_else(|| "give seconds since 1970, or a time like 2026-11-23T15:24:00Z".to_owned())
}

fn rules() -> impl TypedValueParser<Value = Rules> {
    PossibleValuesParser::new(Rules::ALL.map(Rules::word)).map(|word| {
        let found = Rules::ALL.into_iter().find(|rules| rules.word() == word);
        found.unwrap_or_default()
    })
}

fn export_names() -> PossibleValuesParser {
    let names = exports().map(|export| export.id);
    PossibleValuesParser::new(names.chain([LIST]))
}

fn cloud() -> impl TypedValueParser<Value = Cloud> {
    PossibleValuesParser::new(Cloud::ALL.map(Cloud::word)).map(|word| {
        let found = Cloud::ALL.into_iter().find(|cloud| cloud.word() == word);
        found.unwrap_or_default()
    })
}

/// Seconds since 1970: the only look at a clock.
fn clock() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.map_or(0, |duration| {
        i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
    })
}
