-- Back to before.

DROP VIEW job_ties;
DROP TABLE jobs;
