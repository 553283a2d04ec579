DROP VIEW file_ties;
DROP TABLE files;
DROP TABLE file_objects;
