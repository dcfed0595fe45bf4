"""Pages of the site that are made from what stands elsewhere (a hook of mkdocs, named in mkdocs.yml)."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
COPIED = {"contributing.md": "CONTRIBUTING.md", "changelog.md": "CHANGELOG.md"}
ROLE = re.compile(r":(?:func|class|mod|meth|data|attr|exc):<code>~?(?:[\w.]*\.)?(\w+)</code>")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add the made pages and the decisions to the contents."""
    decisions = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert config.nav is not None  # noqa: S101 -- mkdocs.yml has it
    config.nav += [
        {"Reference": [{name: f"reference/{name}.md"} for name in config.extra["reference"]]},
        {"Decisions": [f"decisions/{name}" for name in decisions]},
        {"Contributing": "contributing.md"},
        {"Changelog": "changelog.md"},
    ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Make a page for each module that mkdocs.yml names, and for each document that lies at the top."""
    made = {f"reference/{name}.md": f"# {name}\n\n::: {name}\n" for name in config.extra["reference"]}
    made |= {page: (ROOT / source).read_text(encoding="utf-8") for page, source in COPIED.items()}
    for page, text in made.items():
        files.append(File.generated(config, page, content=text))
    return files


def on_page_content(html: str, **_: object) -> str:
    """Write a docstring's role as the name that it means: the site's pages know no roles."""
    return ROLE.sub(r"<code>\1</code>", html)
