//! Files kept in a bucket of an S3-compatible store that is not ours, with its signatures checked.

use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;

use hyper_util::rt::{TokioExecutor, TokioIo};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use thidua_testkit::{Database, TestApp, json, on_both};
use tokio::net::TcpListener;

use super::samples::{PDF, pdf, pdf_of};
use super::{part, to, units, walk};

const KEY: (&str, &str) = ("khoa-thu", "bi-mat-thu");

/// A store in a folder, for as long as it is wanted.
struct Bucket {
    folder: PathBuf,
    address: String,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
}

impl Bucket {
    fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("thidua-bucket-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(folder.join("thidua")).unwrap();
        let (tell, told) = channel();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let root = folder.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let mut service = S3ServiceBuilder::new(FileSystem::new(root).unwrap());
                service.set_auth(SimpleAuth::from_single(KEY.0, KEY.1));
                let service = service.build().into_shared();
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap().to_string()).unwrap();
                let serve = async {
                    loop {
                        let (stream, _) = listener.accept().await.unwrap();
                        let service = service.clone();
                        tokio::spawn(async move {
                            let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                            let _ = server.serve_connection(TokioIo::new(stream), service).await;
                        });
                    }
                };
                tokio::select! { () = serve => {}, _ = stopped => {} }
            });
        });
        Self { folder, address: told.recv().unwrap(), stop: Some(stop) }
    }

    fn service(&self, database: Database, secret: &str) -> TestApp {
        let access: Vec<(String, String)> = [
            ("AWS_ACCESS_KEY_ID", KEY.0),
            ("AWS_SECRET_ACCESS_KEY", secret),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ENDPOINT_URL", &format!("http://{}", self.address)),
            ("AWS_ALLOW_HTTP", "true"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        TestApp::start_with(database, move |settings| {
            settings.files_url = Some("s3://thidua/tinh/tep".to_owned());
            settings.bucket_access = access.into_iter().collect();
        })
    }

    fn objects(&self) -> Vec<String> {
        let at = |path: &Path| walk(path).into_iter().filter(|path| !path.contains("/.") && !path.contains("upload")).collect();
        at(&self.folder.join("thidua/tinh/tep"))
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn kept_in_a_bucket(database: Database) {
    let bucket = Bucket::start();
    let app = bucket.service(database, KEY.1);
    let (officer, other) = units(&app);
    let small = pdf("Biên bản");
    // More than one piece.
    let large = pdf_of(19 * 1024 * 1024, b'a');
    let (first, second) = (officer.upload(&to("A", "a.pdf"), PDF, &small).made(), officer.upload(&to("A", "b.pdf"), PDF, &large).made());
    let again = other.upload(&to("B", "a.pdf"), PDF, &small).made();
    assert_eq!(bucket.objects().len(), 2, "the same bytes are kept once: {:?}", bucket.objects());
    let content = |id: &str| format!("/api/v1/files/{id}/content");
    assert_eq!(officer.get(&content(&first)).is(200).bytes, small);
    assert_eq!(officer.get(&content(&second)).is(200).bytes, large);
    assert_eq!(other.get(&content(&again)).is(200).bytes, small);
    let (status, bytes, range) = part(&officer, &content(&second), "bytes=10485758-10485761");
    assert_eq!((status, bytes, range.as_deref()), (206, b"aaaa".to_vec(), Some("bytes 10485758-10485761/19922944")));
    officer.upload(&to("A", "c.pdf"), PDF, b"<html>").refused(422, "file_mismatch");

    let recorded = json!({"from": "paper", "happened_on": "2026-01-05", "file_id": first});
    officer.post("/api/v1/documents", &json!({"kind": "plan", "title": "Kế hoạch", "owner": "A", "recorded": recorded})).is(201);
    app.clock.advance(24 * 3600 + 60);
    app.every_hour();
    assert_eq!(bucket.objects().len(), 1, "only what is linked to something is left: {:?}", bucket.objects());
    let officer = app.account("cb.a2", &[(thidua_domain::access::Role::UnitOfficer, Some("A"))]);
    assert_eq!(officer.get(&content(&first)).is(200).bytes, small);
    officer.get(&content(&second)).refused(404, "not_found");

    // A wrong key, and a store that is gone: nothing is kept of the request.
    let wrong = bucket.service(database, "sai");
    let (officer, _) = units(&wrong);
    officer.upload(&to("A", "d.pdf"), PDF, &pdf("d")).refused(503, "unavailable");
    assert_eq!(officer.get("/api/v1/files").items().len(), 0);
    drop(bucket);
    let officer = app.signed_in("cb.a2");
    officer.get(&content(&first)).refused(503, "unavailable");
    officer.upload(&to("A", "d.pdf"), PDF, &pdf("d")).refused(503, "unavailable");
}

on_both! {
    fn files_can_be_kept_in_a_bucket(app) {
        kept_in_a_bucket(app.database);
    }
}
