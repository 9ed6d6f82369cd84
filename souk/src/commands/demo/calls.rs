//! The subgraphs' schemas as the demo data calls them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use platform_commerce::Market;
use platform_core::id::{UserId, VendorId};
use platform_identity::{Caller, Identity, Role, Scope};
use platform_server::Host;
use router_transport::{Request, Transport, Value};
use users::demo::DemoLogin;

use super::hosted;

/// A call takes milliseconds; a database that hangs is not waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where orders, payments and logistics are asked.
pub struct Shop {
    pub orders: Arc<dyn Transport>,
    pub payments: Arc<dyn Transport>,
    pub logistics: Arc<dyn Transport>,
}

impl Shop {
    pub fn of(host: &Host) -> Result<Self> {
        Ok(Self {
            orders: hosted(host, "orders")?.transport(),
            payments: hosted(host, "payments")?.transport(),
            logistics: hosted(host, "logistics")?.transport(),
        })
    }
}

pub fn buyer(login: &DemoLogin, market: Market) -> Caller {
    Caller::new(Identity {
        user: Some(login.id),
        roles: [Role::Buyer].into(),
        ..Identity::guest().in_context(market.into())
    })
}

pub fn guest(id: &str) -> Caller {
    Caller::new(Identity { guest: Some(id.to_owned()), ..Identity::guest() })
}

/// A member of staff who looks after orders and money.
pub fn staff(login: &DemoLogin) -> Caller {
    let scopes = [Scope::OrdersManage, Scope::OrdersRead, Scope::PaymentsManage, Scope::PaymentsRead];
    with_scopes(login, Role::Admin, scopes)
}

/// A member of staff who looks after shipments and couriers.
pub fn dispatcher(login: &DemoLogin) -> Caller {
    with_scopes(login, Role::Admin, [Scope::CustomersRead, Scope::ShipmentsManage, Scope::ShipmentsRead])
}

/// Who packs and hands over for a vendor.
pub fn seller(login: &DemoLogin, vendor: VendorId) -> Caller {
    with_scopes(login, Role::Seller, [Scope::ShipmentsPack, Scope::Vendor(vendor)])
}

fn with_scopes<const N: usize>(login: &DemoLogin, role: Role, scopes: [Scope; N]) -> Caller {
    Caller::new(Identity {
        user: Some(login.id),
        roles: [role].into(),
        scopes: scopes.map(String::from).into(),
        ..Identity::guest()
    })
}

/// Who drives.
pub fn courier(user: UserId) -> Caller {
    Caller::new(Identity { user: Some(user), roles: [Role::Courier].into(), ..Identity::guest() })
}

/// The data of an answer without errors.
pub async fn send(to: &Arc<dyn Transport>, caller: &Caller, query: &str, variables: Value) -> Result<Value> {
    let Value::Object(variables) = variables else { bail!("variables are an object") };
    let request = Request {
        query: query.into(),
        operation_name: None,
        variables: variables.into(),
        caller: Some(caller.clone()),
        headers: Arc::default(),
        deadline: Some(Instant::now() + PATIENCE),
        idempotent: false,
    };
    let response = to.execute(request).await?;
    match response.errors.first() {
        Some(error) => bail!("{}", error.message),
        None => Ok(response.data),
    }
}
