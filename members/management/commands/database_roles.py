from django.core.management import BaseCommand
from django.db import connection
from psycopg import sql

APPEND_ONLY = ["members_leaf", "members_head", "members_cosignature"]
GRANTS = [
    "GRANT USAGE ON SCHEMA public TO {application}, {sealer}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {application}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {application}, {sealer}",
    *(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {{application}}" for table in APPEND_ONLY),
    "REVOKE INSERT ON members_head FROM {application}",
    # The sealer reads the register and writes heads; the rest is what a mail to the officers needs.
    "GRANT SELECT ON members_leaf, members_head TO {sealer}",
    "GRANT INSERT ON members_head TO {sealer}",
    "GRANT SELECT ON members_user, members_user_groups, members_user_user_permissions TO {sealer}",
    "GRANT SELECT ON auth_group, auth_group_permissions, auth_permission, django_content_type TO {sealer}",
    "GRANT SELECT, INSERT, UPDATE ON coalition_limit, coalition_message TO {sealer}",
    "GRANT SELECT, INSERT ON procrastinate_jobs, procrastinate_events TO {sealer}",
]


class Command(BaseCommand):
    help = "Give two roles what web server and worker, and the sealer, need; run as the tables' owner after migrating."

    def add_arguments(self, parser):
        parser.add_argument("application", help="role of the web server and the worker")
        parser.add_argument("sealer", help="role of the sealer")

    def handle(self, application, sealer, **options):
        roles = {"application": sql.Identifier(application), "sealer": sql.Identifier(sealer)}
        with connection.cursor() as cursor:
            for grant in GRANTS:
                cursor.execute(sql.SQL(grant).format(**roles))
        self.stdout.write(f"{application} may append to the register, {sealer} may sign it, and neither may change it.")
