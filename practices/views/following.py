"""What an author follows on the page of a practice: threads of remarks, edits by the secretariat, the whole history."""

from django.db.models import Prefetch

from practices import diff, timeline
from practices.forms.review import with_reply_forms
from practices.forms.writing import step_of
from practices.models import Reply


def followed(practice, revision, bound):
    """For the status page: remarks with their threads, edits as words before and after, stops of earlier texts."""
    threads = Prefetch("replies", Reply.objects.sent().select_related("by"))
    earlier = practice.revisions.exclude(pk=revision.pk).prefetch_related("steps")
    remarks = revision.remarks.sent().prefetch_related(threads)
    return {
        "remarks": [(step_of(remark.field), remark) for remark in with_reply_forms(remarks, bound)],
        "edits": [(edit, diff.words(edit.before, edit.after)) for edit in revision.edits.sent()],
        "earlier": [(text, timeline.past(text, text.steps.all())) for text in earlier],
    }
