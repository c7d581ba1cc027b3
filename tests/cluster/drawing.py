"""The two pictures as SVG, from the numbers and the text of a run: nothing here measures."""

import textwrap
from html import escape

WIDTH = 860
LEFT, RIGHT = 150, 20
GREY, AMBER, GREEN, INK = "#d0d7de", "#e3b341", "#2da44e", "#1f2328"


def svg(height, parts, background="#ffffff"):
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" font-size="14">'
    return "\n".join([head, f'<rect width="{WIDTH}" height="{height}" rx="8" fill="{background}"/>', *parts, "</svg>"]) + "\n"


def text(x, y, words, **more):
    style = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in ({"fill": INK} | more).items())
    return f'<text x="{x:.1f}" y="{y}"{style}>{escape(words)}</text>'


def bar(x1, x2, y, colour, words=""):
    inside = text(x1 + 8, y + 17, words, font_size=12) if words else ""
    return f'<rect x="{x1:.1f}" y="{y}" width="{x2 - x1:.1f}" height="24" rx="3" fill="{colour}"/>{inside}'


def pod_start(late, ours, theirs):
    """late: when the table becomes ACTIVE. A lane: init and ready (its first and last line), polls, app (the application's line); seconds."""
    end = theirs["app"] * 1.18

    def x(seconds):
        return LEFT + (WIDTH - LEFT - RIGHT) * seconds / end

    parts = [
        text(20, 32, "The application starts when its table serves", font_size=18, font_weight=600),
        text(20, 76, "the table"),
        bar(x(0), x(late), 60, GREY, "CREATING"),
        bar(x(late), x(end), 60, GREEN, "ACTIVE"),
        f'<path d="M{x(late):.1f} 60V222" stroke="{GREEN}" stroke-dasharray="3 3" fill="none"/>',
    ]
    for y, name, lane in [(110, "dynamodb-init", ours), (170, "the SDK's waiter", theirs)]:
        parts += [
            text(20, y + 17, name, font_weight=600 if lane is ours else 400),
            bar(x(lane["init"]), x(lane["ready"]), y, AMBER, "init container waits"),
            bar(x(lane["ready"]), x(lane["app"]), y, GREY),
            bar(x(lane["app"]), x(end), y, GREEN, "the application"),
            text(x(lane["app"]) + (6 if lane is ours else -6), y + 42, f"{lane['app'] - late:.1f} s after the table", font_size=12,
                 text_anchor="start" if lane is ours else "end"),
        ]
        parts += [f'<path d="M{x(at):.1f} {y + 24}v6" stroke="{INK}"/>' for at in lane["polls"]]
    for second in range(0, int(end), 5):
        parts.append(text(x(second), 244, f"{second} s", font_size=11, text_anchor="middle", fill="#59636e"))
    foot = "One run on a real kubelet (grey). Ticks are questions to DynamoDB; by default the SDK waits 20 s or more between two."
    parts.append(text(20, 268, foot, font_size=12, fill="#59636e"))
    return svg(284, parts)


def terminal(command, lines):
    """A terminal: the command, what it printed, long lines wrapped; our message stands out."""
    rows = [("$ " + command, "#7ee787")]
    for line in lines:
        colour = "#ffa198" if line.lstrip().startswith(("Message:", "Exit Code:")) else "#e6edf3"
        indent = " " * (len(line) - len(line.lstrip()) + 14)
        rows += [(row, colour) for row in textwrap.wrap(line, 96, subsequent_indent=indent, break_on_hyphens=False)]
    parts = [
        f'<text x="20" y="{34 + 20 * number}" fill="{colour}" font-family="ui-monospace, monospace" font-size="13" xml:space="preserve">{escape(row)}</text>'
        for number, (row, colour) in enumerate(rows)
    ]
    return svg(34 + 20 * len(rows), parts, "#0d1117")
