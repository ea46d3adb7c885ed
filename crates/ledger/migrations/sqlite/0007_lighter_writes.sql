-- PostgreSQL alone has what this step is about: how values are compressed, and how full pages are.
SELECT 1;
