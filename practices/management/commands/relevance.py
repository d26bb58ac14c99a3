from django.core.management.base import BaseCommand

from practices import relevance


class Command(BaseCommand):
    help = "Ask the judged questions of data/relevance.json and say how well the demo library answers them."

    def add_arguments(self, parser):
        parser.add_argument("--worst", type=int, default=0, help="also show so many questions that did badly")

    def handle(self, *, worst, **options):
        scored = relevance.scores(relevance.judgements())
        self.stdout.write(f"{'':<12}{'questions':>10}{'nDCG@10':>10}{'recall@5':>10}{'all best':>10}{'nothing':>10}")
        for part in relevance.PARTS:
            self.line(part, [s for s in scored if s.judgement.part == part])
        for language in sorted({s.judgement.language for s in scored}):
            self.line(language, [s for s in scored if s.judgement.language == language])
        self.line("all", scored)
        for s in sorted(scored, key=lambda s: (s.ndcg, s.recall))[:worst]:
            judged = s.judgement
            self.stdout.write(f"{s.ndcg:.2f} {s.recall:.2f} {judged.part:<6} {judged.language} {judged.question}")

    def line(self, name, scored):
        if scored:
            number, *parts = relevance.summary(scored)
            self.stdout.write(f"{name:<12}{number:>10}" + "".join(f"{part:>10.3f}" for part in parts))
