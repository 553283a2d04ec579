//! A bucket of an S3-compatible store: found by its URL, reached with what the usual variables of the environment hold.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, ObjectStore, RetryConfig};

use crate::error::{Result, StoreError};

/// Bytes sent at once: a larger file goes in pieces of this size, and no more of it is in memory.
pub(super) const PIECE: usize = 8 * 1024 * 1024;

/// How buckets are reached: keys, region, endpoint, under the names that the tools of the field use
/// (`AWS_ACCESS_KEY_ID` and so on).
#[derive(Clone, Default)]
pub struct BucketAccess(Vec<(String, String)>);

/// What it holds is secret.
impl std::fmt::Debug for BucketAccess {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("BucketAccess").field(&format_args!("{} values", self.0.len())).finish()
    }
}

impl FromIterator<(String, String)> for BucketAccess {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(values: I) -> Self {
        Self(values.into_iter().filter(|(name, _)| name.starts_with("AWS_")).collect())
    }
}

/// The bucket, and the prefix in it, that a URL names.
///
/// # Errors
/// When URL or access are incomplete. Whether the store answers is seen when it is first needed.
pub(super) fn open(url: &str, access: &BucketAccess) -> Result<Arc<dyn ObjectStore>> {
    let wrong = |why: String| StoreError::Broken(format!("the object store: {why}"));
    let (_, place) = url.split_once("://").unwrap_or_default();
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    if bucket.is_empty() || bucket.contains(['?', '#', '@', ':']) {
        return Err(wrong("its URL is s3://BUCKET or s3://BUCKET/PREFIX; keys, region and endpoint come from the environment".to_owned()));
    }
    // A download takes as long as whoever reads it; only silence ends it.
    let options = ClientOptions::new()
        .with_connect_timeout(Duration::from_secs(5))
        .with_timeout_disabled()
        .with_read_timeout(Duration::from_secs(30));
    // Patience ends before that of who waits for the answer.
    let retry = RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(15), ..RetryConfig::default() };
    let mut builder = AmazonS3Builder::new().with_client_options(options).with_retry(retry);
    for (name, value) in &access.0 {
        // Other variables of this kind are for other tools.
        if let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() {
            builder = builder.with_config(key, value);
        }
    }
    let store = builder.with_bucket_name(bucket).build().map_err(|error| wrong(error.to_string()))?;
    let prefix = prefix.trim_matches('/');
    Ok(if prefix.is_empty() { Arc::new(store) } else { Arc::new(PrefixStore::new(store, prefix)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_bucket_and_prefix_and_nothing_else() {
        for wrong in ["s3://", "s3:///x", "s3://key:secret@bucket", "s3://bucket?endpoint=x"] {
            assert!(open(wrong, &BucketAccess::default()).is_err(), "{wrong}");
        }
    }
}
