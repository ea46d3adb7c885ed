//! Whole files, and the values that they amount to. What problems are told, and how, is a matter of the
//! command line's cases.

#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

mod callouts;
mod fallbacks;
mod keys;
mod prices;
mod providers;
mod routing;
mod searches;
mod wildcards;

use serde_json::{Value, json};

use super::{Gateway, Ledger, Report, Role, Timeouts, check};
use crate::pricing::Prices;
use crate::route::{Alias, Fallback, Target};
use crate::wire::Provider;

/// The environment of every case.
fn env(name: &str) -> Option<String> {
    let value = match name {
        "OPENAI_API_KEY" => "sk-openai",
        "OTHER_KEY" => "elsewhere",
        "LITELLM_MASTER_KEY" => "sk-master",
        "EMPTY" => "",
        _ => return None,
    };
    Some(value.to_owned())
}

fn checked(file: &Value) -> Report {
    check(file, &env)
}

fn gateway(file: &Value) -> Gateway {
    let report = checked(file);
    assert_eq!(report.errors, [], "{file}");
    report.gateway.unwrap()
}

/// A file with these deployments, and with other sections.
fn with_models(models: Value, mut sections: Value) -> Value {
    sections["model_list"] = models;
    sections
}

/// An entry of `model_list` for OpenAI's gpt-4.1.
fn entry(group: &str, mut params: Value) -> Value {
    params["model"] = params.get("model").cloned().unwrap_or_else(|| json!("gpt-4.1"));
    json!({"model_name": group, "litellm_params": params})
}

/// What keeps a file from being used: paths and messages.
fn errors(file: &Value) -> Vec<String> {
    checked(file).errors.iter().map(|problem| format!("{}: {}", problem.path, problem.message)).collect()
}

fn one_model(params: Value) -> Gateway {
    gateway(&with_models(json!([{"model_name": "m", "litellm_params": params}]), json!({})))
}

#[test]
fn one_line_is_a_gateway_with_safe_defaults() {
    let gateway = one_model(json!({"model": "openai/gpt-4.1"}));
    let admission = &gateway.admission;
    assert!(
        !admission.allow_anonymous && !admission.policy.drop_params && !admission.policy.allow_mock_testing
    );
    assert_eq!(gateway.master_key.as_deref(), Some("sk-master"));
    assert_eq!(admission.master_key_hash.as_deref().map(str::len), Some(64));
    assert_eq!(admission.max_body_bytes, 32 << 20);
    assert_eq!(gateway.ledger, Ledger::default());
    assert_eq!(
        admission.timeouts,
        Timeouts { answer_ms: 600_000, first_token_ms: 120_000, request_ms: 1_200_000 }
    );
    assert_eq!((admission.router.num_retries, admission.router.max_fallbacks), (None, 5));
}

#[test]
fn no_credential_is_part_of_what_is_rendered() {
    let gateway = one_model(json!({"model": "openai/gpt-4.1", "api_key": "os.environ/OTHER_KEY"}));
    let deployment = gateway.deployments.first().unwrap();
    let credential = deployment.credential.as_ref().unwrap();
    assert_eq!((credential.header.as_str(), credential.secret.as_str()), ("authorization", "other-key"));
    let [secret] = gateway.secrets.as_slice() else { panic!("{:?}", gateway.secrets) };
    assert_eq!((secret.name.as_str(), secret.value.as_str()), ("other-key", "Bearer elsewhere"));
    let roles = [
        Role::Admission(Box::new(gateway.admission.clone())),
        Role::Attempt(Box::new(deployment.attempt.clone())),
    ];
    for role in roles {
        let rendered = serde_json::to_string(&role).unwrap();
        assert!(!rendered.contains("sk-master") && !rendered.contains("elsewhere"), "{rendered}");
    }
}

#[test]
fn azure_is_called_at_its_v1_routes_with_its_own_header() {
    for (written, base_path) in [
        ("https://r.openai.azure.com", "/openai/v1"),
        ("https://r.openai.azure.com/", "/openai/v1"),
        ("https://r.openai.azure.com/openai", "/openai/v1"),
        ("https://r.openai.azure.com/openai/v1//", "/openai/v1"),
        ("https://apim.example.com/llm", "/llm/openai/v1"),
        ("http://127.0.0.1:9000/azure/v1", "/azure/v1"),
    ] {
        let gateway = one_model(json!({
            "model": "azure/my-deployment", "api_base": written, "api_key": "os.environ/OTHER_KEY"
        }));
        let deployment = gateway.deployments.first().unwrap();
        assert_eq!(deployment.attempt.base_path, base_path, "{written}");
        assert_eq!(deployment.attempt.target.provider, Provider::Azure);
        assert_eq!(deployment.credential.as_ref().unwrap().header, "api-key");
        assert_eq!(gateway.secrets.first().unwrap().value, "elsewhere");
    }
}

#[test]
fn openais_key_goes_to_openai_only() {
    let openai = one_model(json!({"model": "gpt-4.1"}));
    assert_eq!(openai.secrets.len(), 1);
    let qualified = one_model(json!({"model": "gpt-4.1", "api_base": "https://api.openai.com./v1"}));
    assert_eq!(qualified.secrets, openai.secrets);
    let other = one_model(json!({"model": "openai/llama", "api_base": "https://llama.example.com/v1"}));
    assert_eq!((other.secrets.len(), &other.deployments.first().unwrap().credential), (0, &None));
}

#[test]
fn prices_of_the_file_win_and_are_exact() {
    let prices = |params: Value| one_model(params).deployments.first().unwrap().attempt.prices.clone();
    let built_in = prices(json!({"model": "gpt-4.1"}));
    assert_eq!(built_in.cache_read, Some(500_000_000));
    assert_eq!(
        prices(
            json!({"model": "gpt-4.1", "input_cost_per_token": 7.5e-8, "output_cost_per_reasoning_token": "1e-6"})
        ),
        Prices {
            input: 75_000_000,
            output: built_in.output,
            cache_read: None,
            cache_write: None,
            reasoning: Some(1_000_000_000),
            search: built_in.search,
            ..Prices::default()
        }
    );
    assert_eq!(prices(json!({"model": "gpt-4.1", "input_cost_per_token": 0})).input, 0);
}

#[test]
fn rates_of_long_prompts_are_the_files_or_the_models() {
    let prices = |mut params: Value| {
        params["api_key"] = json!("key");
        one_model(params).deployments.first().unwrap().attempt.prices.clone()
    };
    let long = |prices: &Prices| {
        let standard = prices.tiers.iter().filter(|tier| tier.service.is_standard());
        standard.map(|tier| (tier.above, tier.rates.input, tier.rates.output)).collect::<Vec<_>>()
    };
    let known = prices(json!({"model": "gemini/gemini-2.5-pro"}));
    assert_eq!(long(&known), [(200_000, Some(2_500_000_000), Some(15_000_000_000))]);
    let own = prices(json!({
        "model": "gemini/gemini-2.5-pro",
        "input_cost_per_token_above_128k_tokens": 1e-6,
        "output_cost_per_token_above_272k_tokens": 2e-6,
        "cache_creation_input_token_cost_above_1hr": 3e-6,
    }));
    assert_eq!(long(&own), [(128_000, Some(1_000_000_000), None), (272_000, None, Some(2_000_000_000))]);
    assert_eq!((own.input, own.cache_write_1h), (known.input, Some(3_000_000_000)));
    // What the file says of short prompts leaves nothing of what is known of long ones.
    assert_eq!(long(&prices(json!({"model": "gemini/gemini-2.5-pro", "input_cost_per_token": 1e-6}))), []);
}

#[test]
fn weights_and_orders_are_settled_within_a_group() {
    let model = |group: &str, extra: Value| {
        let mut params = extra;
        params["model"] = json!("gpt-4.1");
        json!({"model_name": group, "litellm_params": params})
    };
    let gateway = gateway(&with_models(
        json!([
            model("fractions", json!({"weight": 0.9, "order": 3})),
            model("fractions", json!({"weight": 0.1, "rpm": 5})),
            model("limits", json!({"rpm": 600, "tpm": 7})),
            model("limits", json!({"tpm": 100})),
            model("mixed", json!({"weight": 9, "rpm": 1000})),
            model("mixed", json!({"rpm": 1000})),
            model("tokens", json!({"tpm": 300})),
            model("tokens", json!({"tpm": 100})),
            model("nothing", json!({"weight": 0})),
            model("nothing", json!({"weight": 0})),
        ]),
        json!({}),
    ));
    let candidates = &gateway.admission.router.deployments;
    let seen: Vec<_> = candidates.iter().map(|c| (c.id.as_str(), c.weight, c.order)).collect();
    assert_eq!(
        seen,
        [
            ("fractions/openai-1", 900, 3),
            ("fractions/openai-2", 100, 4),
            ("limits/openai-1", 600, 0),
            ("limits/openai-2", 1, 0),
            ("mixed/openai-1", 9, 0),
            ("mixed/openai-2", 1, 0),
            ("tokens/openai-1", 300, 0),
            ("tokens/openai-2", 100, 0),
            ("nothing/openai-1", 1, 0),
            ("nothing/openai-2", 1, 0),
        ]
    );
}

#[test]
fn the_router_reads_both_sections() {
    let models = json!([
        {"model_name": "a", "litellm_params": {"model": "gpt-4.1"}},
        {"model_name": "b", "litellm_params": {"model": "gpt-4.1", "drop_params": false}},
    ]);
    let sections = json!({
        "router_settings": {"model_group_alias": {"c": {"model": "b", "hidden": true}}, "num_retries": "3"},
        "litellm_settings": {
            "fallbacks": [{"a": ["c"]}, {"*": ["a"]}], "default_fallbacks": ["a", "b"], "drop_params": true,
        },
    });
    let gateway = gateway(&with_models(models, sections));
    let router = &gateway.admission.router;
    assert_eq!(router.fallbacks, [Fallback { from: "a".to_owned(), to: vec![Target::group("b")] }]);
    assert_eq!(router.default_fallbacks, [Target::group("a"), Target::group("b")]);
    assert_eq!(router.aliases, [Alias { alias: "c".to_owned(), group: "b".to_owned(), hidden: true }]);
    assert_eq!(router.num_retries, Some(3));
    let drops: Vec<_> = gateway.deployments.iter().map(|d| d.attempt.target.drop_params).collect();
    assert_eq!((gateway.admission.policy.drop_params, drops), (true, vec![true, false]));
}

#[test]
fn timeouts_follow_the_file() {
    let timeouts = |params: Value, sections: Value| {
        let mut params = params;
        params["model"] = json!("gpt-4.1");
        let models = json!([{"model_name": "m", "litellm_params": params}]);
        let timeouts = gateway(&with_models(models, sections)).admission.timeouts;
        (timeouts.answer_ms, timeouts.first_token_ms, timeouts.request_ms)
    };
    assert_eq!(timeouts(json!({}), json!({"router_settings": {"timeout": 30}})), (30_000, 30_000, 60_000));
    assert_eq!(
        timeouts(
            json!({}),
            json!({"litellm_settings": {"request_timeout": 0.5}, "router_settings": {"stream_timeout": 2}})
        ),
        (500, 2_000, 1_000)
    );
    assert_eq!(timeouts(json!({"timeout": 10, "stream_timeout": 1}), json!({})), (10_000, 1_000, 20_000));
    assert_eq!(
        timeouts(json!({}), json!({"spillway_settings": {"first_token_timeout": 9, "total_timeout": 900}})),
        (600_000, 9_000, 900_000)
    );
}

#[test]
fn keys_are_known_by_their_hash_and_name_groups() {
    let models = json!([{"model_name": "m", "litellm_params": {"model": "gpt-4.1"}}]);
    let sections = json!({
        "router_settings": {"model_group_alias": {"alias": "m"}},
        "spillway_settings": {"keys": [
            {"key": "sk-a", "models": ["alias"], "rpm_limit": 1, "tpm_limit": 2, "metadata": {"x": 1}},
            {"key_hash": "AB".repeat(32), "models": ["m", "all-proxy-models"]},
        ]},
    });
    let gateway = gateway(&with_models(models, sections));
    let [first, second] = gateway.admission.keys.as_slice() else { panic!("two keys") };
    // `printf sk-a | sha256sum`
    assert_eq!(first.hash, "a4a6d307ad00fa67176e1099fdbc4f4a09bb527a7f24718a5030f2f173d11f7f");
    assert_eq!(
        (first.models.as_slice(), first.limits.requests, first.limits.tokens),
        (&["m".to_owned()][..], Some(1), Some(2))
    );
    assert_eq!((second.hash.as_str(), second.models.len()), ("ab".repeat(32).as_str(), 0));
}

#[test]
fn the_file_may_set_variables() {
    let mut file = with_models(
        json!([{"model_name": "m", "litellm_params": {"model": "openai/x", "api_base": "os.environ/BASE"}}]),
        json!({"environment_variables": {"BASE": "http://host/v1", "LITELLM_MASTER_KEY": "os.environ/OTHER_KEY"}}),
    );
    assert_eq!(gateway(&file).deployments.first().unwrap().upstream.host, "host");
    assert_eq!(gateway(&file).master_key.as_deref(), Some("elsewhere"));
    file["environment_variables"]["BASE"] = json!("os.environ/EMPTY");
    assert!(checked(&file).gateway.is_none());
}

/// What was to be put in the place of a reference, and was not, would be a key that anybody can read.
#[test]
fn a_variable_that_holds_a_reference_holds_no_credential() {
    let found = |set: &[(&str, &str)], sections: &Value| {
        let models = json!([{"model_name": "m", "litellm_params": {"model": "openai/gpt-4.1"}}]);
        let report = check(&with_models(models, sections.clone()), &|name| {
            let set = set.iter().find(|(known, _)| *known == name);
            set.map(|(_, value)| (*value).to_owned()).or_else(|| env(name))
        });
        assert!(report.gateway.is_none(), "{set:?} {sections}");
        let told = |problem: &crate::config::Problem| format!("{}: {}", problem.path, problem.message);
        report.errors.iter().map(told).collect::<Vec<_>>()
    };
    let held = |path: &str, name: &str, form: &str| {
        format!(
            "{path}: the environment variable {name} holds `{form}`, which is not looked up here: the text itself would \
             be the credential"
        )
    };
    let of_the_file = json!({
        "environment_variables": {"LITELLM_MASTER_KEY": "${LITELLM_MASTER_KEY}"},
        "general_settings": {"master_key": "os.environ/LITELLM_MASTER_KEY"},
    });
    let master = "general_settings.master_key";
    assert_eq!(found(&[], &of_the_file), [held(master, "LITELLM_MASTER_KEY", "${…}")]);
    for name in ["LITELLM_MASTER_KEY", "SPILLWAY_MASTER_KEY"] {
        assert_eq!(found(&[(name, "{{ .Values.key }}")], &json!({})), [held(master, name, "{{…}}")]);
    }
    for name in ["LITELLM_SALT_KEY", "SPILLWAY_SALT_KEY"] {
        assert_eq!(found(&[(name, "$SALT")], &json!({})), [held("general_settings.salt_key", name, "$…")]);
    }
    let provider = "model_list[0].litellm_params.api_key";
    assert_eq!(
        found(&[("OPENAI_API_KEY", "<your-key>")], &json!({})),
        [held(provider, "OPENAI_API_KEY", "<…>")]
    );
    let guardrail = |params: Value| {
        let mut params = params;
        params["mode"] = json!("pre_call");
        json!({
            "environment_variables": {"OPENAI_API_KEY": "env/OPENAI"},
            "guardrails": [{"guardrail_name": "g", "litellm_params": params}],
        })
    };
    for (params, path) in [
        (json!({"guardrail": "openai_moderation"}), "api_key"),
        (
            json!({"guardrail": "generic_guardrail_api", "api_base": "http://g", "headers": {"x-any": "os.environ/OPENAI_API_KEY"}}),
            "headers.x-any",
        ),
    ] {
        let expected = held(&format!("guardrails[0].litellm_params.{path}"), "OPENAI_API_KEY", "env/…");
        let found = found(&[], &guardrail(params));
        assert!(found.contains(&expected), "{found:?}");
    }
}

/// As for the ledger and for `spillway keys`, which must hold the same key.
#[test]
fn of_two_variables_of_the_master_key_our_own_wins() {
    let file = with_models(json!([entry("m", json!({}))]), json!({}));
    let master_key = |set: &[&str]| {
        let report = check(&file, &|name| match name {
            "OPENAI_API_KEY" => Some("sk-openai".to_owned()),
            _ => set.contains(&name).then(|| format!("sk-of-{name}")),
        });
        report.gateway.and_then(|gateway| gateway.master_key)
    };
    let (ours, litellms) = ("SPILLWAY_MASTER_KEY", "LITELLM_MASTER_KEY");
    assert_eq!(master_key(&[ours, litellms]).as_deref(), Some("sk-of-SPILLWAY_MASTER_KEY"));
    assert_eq!(master_key(&[litellms]).as_deref(), Some("sk-of-LITELLM_MASTER_KEY"));
}

#[test]
fn nobody_gets_in_by_default() {
    let file = with_models(
        json!([{"model_name": "m", "litellm_params": {"model": "openai/x", "api_base": "http://h"}}]),
        json!({}),
    );
    let report = check(&file, &|_| None);
    let paths: Vec<_> = report.errors.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!((report.gateway, paths), (None, vec!["general_settings"]));
}

#[test]
fn every_shape_of_value_is_answered_with_problems() {
    let shapes = [
        json!(null),
        json!(true),
        json!(1.5),
        json!(""),
        json!("x"),
        json!([]),
        json!([[]]),
        json!({}),
        json!({"": {}}),
    ];
    let sections = [
        "model_list",
        "router_settings",
        "litellm_settings",
        "general_settings",
        "guardrails",
        "spillway_settings",
        "environment_variables",
    ];
    for section in sections {
        for shape in &shapes {
            let mut file = json!({});
            file[section] = shape.clone();
            assert!(checked(&file).gateway.is_none(), "{file} has no deployment");
            file[section] = json!([shape]);
            assert!(checked(&file).gateway.is_none(), "{file} has no deployment");
        }
    }
    for shape in &shapes {
        assert!(checked(shape).gateway.is_none(), "{shape}");
    }
}
