//! The details of a managed identity, read as the tools print them.

use crate::text::json::{Document, Value, ValueKind};

/// The details of a managed identity.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ManagedIdentity {
    /// Its name.
    pub name: String,
    /// Its object (principal) id.
    pub principal_id: String,
    /// Its client id.
    pub client_id: String,
    /// Its tenant.
    pub tenant_id: String,
    /// Whether it is the identity of one resource, which cannot be used for the exchange.
    pub system_assigned: bool,
}

/// Names and values, whatever they were written in.
type Pairs = Vec<(String, String)>;

impl ManagedIdentity {
    /// Reads the output of `az identity show`, of `Get-AzUserAssignedIdentity`, or a resource with its `identity`,
    /// and of a list the first one; what it does not hold stays empty. `None` where there is no principal id.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let document = Document::parse(text.trim());
        let structured = document
            .root()
            .filter(|root| root.kind() == ValueKind::Object || root.kind() == ValueKind::Array);
        let pairs = match structured {
            Some(root) => pairs_of(root),
            None => text.lines().filter_map(line).collect(),
        };
        let get = |wanted: &str| {
            pairs
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
                .map(|(_, value)| value.clone())
                .filter(|value| !value.is_empty())
        };
        Some(Self {
            principal_id: get("principalId")?,
            name: get("name")
                .or_else(|| name_in(&get("id")?))
                .unwrap_or_default(),
            client_id: get("clientId").unwrap_or_default(),
            tenant_id: get("tenantId").unwrap_or_default(),
            system_assigned: get("type").is_some_and(|kind| kind.starts_with("SystemAssigned")),
        })
    }
}

/// The identity's own members first: a resource has a name and an id of its own.
fn pairs_of(root: Value<'_>) -> Pairs {
    let list = root.get("value").unwrap_or(root);
    let first = list.items().next().unwrap_or(root);
    let of_resource = first.get("identity").unwrap_or(first);
    let assigned = of_resource.get("userAssignedIdentities");
    let assigned = assigned.and_then(|all| all.members().next());
    let mut pairs = Pairs::new();
    if let Some((id, one)) = assigned {
        pairs.push(("id".to_owned(), id.to_text().into_owned()));
        pairs.push(("type".to_owned(), "UserAssigned".to_owned()));
        pairs.extend(texts(one));
    } else if let Some(inner) = first.get("properties") {
        pairs.extend(texts(inner));
    }
    pairs.extend(texts(of_resource));
    pairs
}

fn texts(value: Value<'_>) -> impl Iterator<Item = (String, String)> {
    let members = value.members();
    members.filter_map(|(name, value)| {
        Some((name.to_text().into_owned(), value.as_str()?.into_owned()))
    })
}

/// `PrincipalId : 11…`, as PowerShell lists members.
fn line(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once(':')?;
    Some((name.trim().to_owned(), value.trim().to_owned()))
}

/// The last part of a resource id, where it is of a user-assigned identity.
pub(super) fn name_in(id: &str) -> Option<String> {
    let (path, name) = id.rsplit_once('/')?;
    let path = path.to_ascii_lowercase();
    path.ends_with("/userassignedidentities")
        .then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(name: &str) -> ManagedIdentity {
        ManagedIdentity {
            name: name.into(),
            principal_id: "p".into(),
            client_id: "c".into(),
            tenant_id: "t".into(),
            system_assigned: false,
        }
    }

    #[test]
    fn what_the_tools_print() {
        let az = r#"{"clientId":"c","id":"/subscriptions/s/resourcegroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mi","location":"westeurope","name":"mi","principalId":"p","resourceGroup":"g","systemData":null,"tags":{},"tenantId":"t","type":"Microsoft.ManagedIdentity/userAssignedIdentities"}"#;
        let powershell = "\nId                : /subscriptions/s/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mi\r\nName              : mi\r\nPrincipalId       : p\r\nClientId          : c\r\nTenantId          : t\r\nType              : Microsoft.ManagedIdentity/userAssignedIdentities\r\n";
        let json = r#"{"Name":"mi","PrincipalId":"p","ClientId":"c","TenantId":"t"}"#;
        let arm = r#"{"name":"mi","properties":{"principalId":"p","clientId":"c","tenantId":"t"}}"#;
        let host = r#"{"name":"vm","identity":{"type":"UserAssigned","tenantId":"t","principalId":null,"userAssignedIdentities":{"/s/Microsoft.ManagedIdentity/userAssignedIdentities/mi":{"clientId":"c","principalId":"p"}}}}"#;
        let (list, answer) = (format!("[{az}]"), format!(r#"{{"value":[{arm}]}}"#));
        for text in [az, &list, powershell, json, arm, &answer, host] {
            assert_eq!(ManagedIdentity::parse(text), Some(identity("mi")), "{text}");
        }
    }

    #[test]
    fn a_system_assigned_one_is_known() {
        for text in [
            r#"{"principalId":"p","tenantId":"t","type":"SystemAssigned"}"#,
            r#"{"name":"vm","identity":{"principalId":"p","tenantId":"t","type":"SystemAssigned"}}"#,
        ] {
            assert!(
                ManagedIdentity::parse(text).unwrap().system_assigned,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_identity() {
        for text in [
            "",
            "x",
            "{}",
            "[]",
            "[{}]",
            "7",
            "principalId",
            "principalId:",
            r#"{"principalId":7}"#,
            r#"{"principalId":""}"#,
        ] {
            assert_eq!(ManagedIdentity::parse(text), None, "{text}");
        }
    }
}
