DROP VIEW index_result_ties;
DROP VIEW index_ties;
DROP TABLE index_results;
DROP TABLE indices;
