//! The API against its own description: schemathesis makes requests from `/v1/openapi.json` and finds answers that are
//! server errors, or that the description does not describe.

use crate::build::compile;
use crate::machine::{cargo, clear, find, install, own_folder, target};
use crate::process::{Server, Show, program, run as run_process};
use crate::progress::{Steps, spoken};
use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const SCHEMATHESIS: &str = "schemathesis==4.32.5";
const ADDRESS: &str = "127.0.0.1:8470";
/// Who asks: what one may not do is a refusal that must be described, too.
const PEOPLE: [&str; 3] = ["procurement", "support", "administrator"];
/// What is checked of every answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
                      response_schema_conformance,use_after_free";

/// Lets a demo world of its own be asked for about `time`, in equal parts as each of [`PEOPLE`], and as a source.
pub(crate) fn run(docket: &Path, time: Duration) -> Result<()> {
    let schemathesis = schemathesis()?;
    let folder = own_folder("contract")?;
    let data = folder.join("data");
    clear(&data)?;
    let mut demo = program(&docket.to_string_lossy());
    demo.arg("demo")
        .env("DOCKET_LISTEN", ADDRESS)
        .env("DOCKET_DEMO__DATA", &data)
        .env("DOCKET_LIMITS__SIGN_IN_PER_MINUTE", "10000");
    let log = folder.join("docket.log");
    let server = Server::start(&demo, "TERM", "", &log)?;
    until_told(&data.join("demo.json"), &log)?;
    let administrator = sign_in("administrator")?;
    let each = (time / 4).as_secs().max(5);
    for role in PEOPLE {
        println!("    as {role}");
        let cookie = sign_in(role)?;
        ask(
            &schemathesis,
            &folder,
            each,
            &[
                "-H",
                &format!("Cookie: {cookie}"),
                "--exclude-path-regex",
                "^/v1/(events|in/)",
            ],
        )?;
    }
    println!("    as a source");
    let token = token(&administrator)?;
    ask(
        &schemathesis,
        &folder,
        each,
        &[
            "-H",
            &format!("Authorization: Bearer {token}"),
            "--include-path-regex",
            "^/v1/(events|in/)",
        ],
    )?;
    drop(server);
    Ok(())
}

/// The long form, on a server built for speed.
pub(crate) fn prove() -> Result<()> {
    let mut steps = Steps::new(2);
    steps.step("Compile", "10 min", || {
        compile(cargo(), &["-p", "server"], &["--release"])
    })?;
    steps.step("The API against its description", "10 min", || {
        run(&target().join("release/docket"), Duration::from_secs(600))
    })?;
    steps.summary();
    Ok(())
}

/// One run of schemathesis.
fn ask(schemathesis: &Path, folder: &Path, seconds: u64, more: &[&str]) -> Result<()> {
    let mut asking = program(&schemathesis.to_string_lossy());
    asking
        .current_dir(folder)
        .args(["run", &format!("http://{ADDRESS}/v1/openapi.json")])
        .args(["--checks", CHECKS, "--max-time", &seconds.to_string()])
        .args(["--warnings", "off", "--workers", "2", "--no-color"])
        .args(["-H", &format!("Origin: http://{ADDRESS}")])
        .args(more);
    run_process(&mut asking, Show::Progress)
        .map(drop)
        .context("the API and its description at /v1/openapi.json differ; the requests that show it are above")
}

/// Schemathesis in an environment of its own.
fn schemathesis() -> Result<PathBuf> {
    let home = own_folder("contract")?.join(SCHEMATHESIS);
    let program_of = |name: &str| home.join("bin").join(name);
    if program_of("schemathesis").is_file() && home.join("whole").is_file() {
        return Ok(program_of("schemathesis"));
    }
    clear(&home)?;
    if find("python3").is_none() || !Path::new("/usr/share/doc/python3-venv").exists() {
        install(&["python3", "python3-venv"], "Python for schemathesis")?;
    }
    run_process(program("python3").args(["-m", "venv"]).arg(&home), Show::Progress)?;
    let pip = program_of("pip");
    run_process(
        program(&pip.to_string_lossy()).args(["install", "--quiet", "--disable-pip-version-check", SCHEMATHESIS]),
        Show::Progress,
    )?;
    std::fs::write(home.join("whole"), "").context("cannot write beside schemathesis")?;
    Ok(program_of("schemathesis"))
}

/// Waits until the demo's history is told.
fn until_told(state: &Path, log: &Path) -> Result<()> {
    let began = Instant::now();
    loop {
        let told = std::fs::read(state).ok();
        let told: Option<serde_json::Value> = told.and_then(|text| serde_json::from_slice(&text).ok());
        if told.is_some_and(|told| !told["began"].is_null()) {
            return Ok(());
        }
        if began.elapsed() > Duration::from_secs(180) {
            let said = std::fs::read_to_string(log).unwrap_or_default();
            bail!("the demo told no history within {}: {said}", spoken(began.elapsed()));
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// Signs in as the demo's first person of that role; answers the cookie.
fn sign_in(role: &str) -> Result<String> {
    let door = http("GET", "/sign-in", &[], "")?;
    let user = person(&door, role).with_context(|| format!("the demo offers nobody of the role {role}"))?;
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let answer = http("POST", "/act/access/sign-in-demo", &form, &format!("user={user}"))?;
    let cookie = answer.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("set-cookie")
            .then(|| value.split(';').next().unwrap_or_default().trim().to_owned())
    });
    cookie.with_context(|| format!("{user} could not sign in: {answer}"))
}

/// The user name on the first button of the door whose words name that role.
fn person<'d>(door: &'d str, role: &str) -> Option<&'d str> {
    door.split("name=\"user\" value=\"").skip(1).find_map(|rest| {
        let (user, shown) = rest.split_once('"')?;
        let shown = shown.split("</button>").next()?.to_lowercase();
        shown.contains(role).then_some(user)
    })
}

/// The token of a new source.
fn token(cookie: &str) -> Result<String> {
    let body = r#"{"name":"contract","title":"Contract","lane":"erp","entity":"DE01"}"#;
    let headers = [("Content-Type", "application/json"), ("Cookie", cookie)];
    let answer = http("POST", "/v1/sources", &headers, body)?;
    let token = answer
        .split("\"token\":\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    token
        .map(str::to_owned)
        .with_context(|| format!("no source was made: {answer}"))
}

/// One request over loopback; answers head and body as they came.
fn http(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Result<String> {
    let mut stream = TcpStream::connect(ADDRESS).context("the demo does not answer")?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {ADDRESS}\r\nOrigin: http://{ADDRESS}\r\nAccept-Encoding: identity\r\n\
         Connection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    write!(stream, "{request}\r\n{body}")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[cfg(test)]
mod tests {
    use super::person;

    #[test]
    fn a_person_is_found_at_the_door_by_role() {
        let door = r#"<form><input type="hidden" name="user" value="mkeller"><button>Maria Keller Procurement</button></form>
            <form><input type="hidden" name="user" value="svoss"><button>Sam Voss <span>Support</span></button></form>"#;
        assert_eq!(person(door, "support"), Some("svoss"));
        assert_eq!(person(door, "auditor"), None);
    }
}
