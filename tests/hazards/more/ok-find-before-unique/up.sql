SELECT mail FROM owners GROUP BY mail HAVING count(*) > 1;
