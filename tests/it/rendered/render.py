"""Markdown documents as GitHub renders them: a JSON list of documents in, a JSON list of HTML out."""

import json
import sys

from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options

# HTML is let through, so that what only a page's own filter would take away is seen.
documents = json.load(sys.stdin)
json.dump([github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE) for text in documents], sys.stdout)
