"""Judges the steps of one derivation in order.

Every side of a step is judged against the truth, which is the left side of its chain, and, where it is
wrong, against what the author wrote before: the sides of the chain, and the wrong derivatives of earlier
steps put in place of the true ones. So one slip is one wrong step; what is built on it follows.

A `Decider` answers the questions; it is a parameter so that the same code runs in this process and over
workers.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field, replace

from derivcheck.asking import Asker, Decider
from derivcheck.claim import Setting, introduces, introduces_function, is_update
from derivcheck.derivation import Derivation, Step
from derivcheck.engine.expected import Finder
from derivcheck.expression import Apply, Derivative, Expression, Symbol
from derivcheck.graph import Ambiguous
from derivcheck.indexed_claim import is_array, needs_indices
from derivcheck.mistaken import Mistake, as_if
from derivcheck.refusals import refusal
from derivcheck.statement import Statement
from derivcheck.step_results import Link, Results, Side
from derivcheck.verdict import StepResult, Verdict

FAULT = "a fault of ours"


@dataclass(slots=True)
class Progress:
    """What earlier steps leave for later ones."""

    setting: Setting
    mistaken: Setting
    known: frozenset[str]
    chain: list[Side] = field(default_factory=list)
    blame: str | None = None
    mistakes: list[Mistake] = field(default_factory=list)
    proved: list[tuple[Expression, Expression]] = field(default_factory=list)
    ends: dict[int, tuple[Expression, Expression]] = field(default_factory=dict)


class StepJudge:
    """Goes through the steps of a derivation."""

    def __init__(
        self,
        derivation: Derivation,
        setting: Setting,
        decider: Decider,
        finder: Finder,
        language: str = "en",
        reasons: bool = False,
    ) -> None:
        self.ask = Asker(decider)
        self.results = Results(finder, language, derivation.all_assumed, reasons, derivation.declarations)
        self.unreadable = derivation.unreadable
        declared = derivation.declarations
        self.progress = Progress(setting, setting, declared.symbols | declared.arrays.keys())

    def judge(self, step: Step) -> StepResult:
        """The result of one step; later steps may use what it says."""
        start = time.perf_counter()
        try:
            result = self._judge(step)
        except Exception as fault:  # one step's fault, ours, must not cost the others their verdicts
            if os.environ.get("DERIVCHECK_DEBUG"):
                raise
            reason = f"{FAULT} ({type(fault).__name__}); please report it"
            result = StepResult(step.id, step.text.text, Verdict.UNDECIDED, reason=reason, fault=True)
        return replace(
            result,
            location=step.text, readings=(*step.notes, *result.readings), warnings=step.warnings,
            because=step.because, note=step.note, points=step.points, expect=step.expect,
            seconds=time.perf_counter() - start,
        )  # fmt: skip

    def _judge(self, step: Step) -> StepResult:
        claim = step.text.text
        if step.statements is None:
            reason = step.error.message if step.error else "this step cannot be read"
            self.progress.chain = []
            return StepResult(step.id, claim, Verdict.INVALID, reason=reason)
        results = [self._statement(step, statement) for statement in step.statements]
        first_bad = next((item for item in results if item.verdict not in (Verdict.PROVED, Verdict.STATED)), None)
        return first_bad or results[-1]

    def _statement(self, step: Step, statement: Statement) -> StepResult:
        claim = step.text.text
        progress = self.progress
        invalid = refusal(statement, progress.setting, self.unreadable, bool(progress.chain))
        if invalid:
            progress.chain = [] if not statement.continues else progress.chain
            return StepResult(step.id, claim, Verdict.INVALID, reason=invalid)
        if is_update(statement):
            return StepResult(step.id, claim, Verdict.STATED)
        if self._defines_array(statement):
            reason = "a step cannot define a vector or a matrix: do it under “given”"
            return StepResult(step.id, claim, Verdict.INVALID, reason=reason)
        stated = self._definition(statement)
        if stated and len(statement.sides) == 2:
            progress.chain = [Side(side, True, step.id) for side in statement.sides]
            return StepResult(step.id, claim, Verdict.STATED)
        if not statement.continues:
            progress.chain = [Side(statement.sides[0], True, step.id)]
        sides = statement.sides if statement.continues else statement.sides[1:]
        if stated:
            progress.chain.append(Side(sides[0], True, step.id))
            sides = sides[1:]
        try:
            links = [self._link(step, side) for side in sides]
        except Ambiguous as unclear:
            return StepResult(step.id, claim, Verdict.INVALID, reason=str(unclear))
        self._note_end(links)
        return self.results.combine(step, links, progress.setting)

    def _note_end(self, links: list[Link]) -> None:
        """Keep where the chain ends now, if that is proved; a chain that goes on ends later."""
        chain = self.progress.chain
        if links and links[-1].answer.verdict is Verdict.PROVED:
            self.progress.ends[id(chain)] = (chain[0].tree, chain[-1].tree)
        else:
            self.progress.ends.pop(id(chain), None)

    def _defines_array(self, statement: Statement) -> bool:
        """Whether the statement gives a new name to an array; the lines after it were read without knowing that."""
        setting = self.progress.setting
        if not introduces(statement, setting, self.progress.known) or not needs_indices(statement.sides, setting):
            return False
        return is_array(statement.sides[1], setting)

    def _definition(self, statement: Statement) -> bool:
        """Whether the statement defines its left side; if so, the graph has it from now on."""
        progress = self.progress
        if introduces(statement, progress.setting, progress.known):
            name = statement.sides[0].name  # type: ignore[union-attr]
            for item in ("setting", "mistaken"):
                current: Setting = getattr(progress, item)
                setattr(progress, item, current.with_graph(current.graph.define(name, statement.sides[1])))
            progress.known |= {name}
            return True
        function = introduces_function(statement, progress.setting)
        if function is None:
            return False
        for item in ("setting", "mistaken"):
            current = getattr(progress, item)
            setattr(progress, item, current.with_graph(current.graph.define_function(*function, statement.sides[1])))
        return True

    def _link(self, step: Step, side: Expression) -> Link:
        """Judge one more side of the chain and put it there."""
        chain = self.progress.chain
        head, previous = chain[0].tree, chain[-1] if len(chain) > 1 else None
        answer = self.ask(head, side, self.progress.setting)
        if answer.verdict is Verdict.PROVED:
            cancels = chain[-1].step if not chain[-1].right and chain[-1].step != step.id else None
            self.progress.proved.append((chain[0].tree, side))
            chain.append(Side(side, True, step.id))
            return Link(answer, side, cancels=cancels, head=head, previous=previous)
        follows = self._follows(side) if answer.verdict is Verdict.WRONG else None
        if answer.verdict is Verdict.WRONG:
            chain.append(Side(side, False, follows or step.id))
            self._remember(step.id, chain[0].tree, side)
            if answer.indexed is not None and follows is None:
                self.progress.mistakes.append(Mistake(head, side, step.id))
        else:
            chain.append(Side(side, True, step.id))
        return Link(answer, side, follows_from=follows, head=head, previous=previous)

    def _follows(self, side: Expression) -> str | None:
        """The earlier wrong step that this wrong side follows from."""
        progress = self.progress
        for earlier in (item for item in progress.chain[1:] if not item.right):
            if self.ask(earlier.tree, side, progress.setting).verdict is Verdict.PROVED:
                return earlier.step
        for earlier in progress.chain if progress.blame is not None else ():
            if self.ask(earlier.tree, side, progress.mistaken).verdict is Verdict.PROVED:
                return progress.blame
        return self._follows_with_arrays(side)

    def _follows_with_arrays(self, side: Expression) -> str | None:
        """The earlier wrong step about arrays that this wrong side follows from: one of them, or all together."""
        progress = self.progress
        head, setting = progress.chain[0].tree, progress.setting
        for mistake in progress.mistakes:
            pretended = as_if(head, mistake, setting)
            if pretended is not None and self.ask(pretended[0], side, pretended[1]).verdict is Verdict.PROVED:
                return mistake.step
        for mistake in progress.mistakes if len(progress.mistakes) > 1 else ():
            head, setting = as_if(head, mistake, setting) or (head, setting)
        if head != progress.chain[0].tree and self.ask(head, side, setting).verdict is Verdict.PROVED:
            return progress.mistakes[0].step
        return None

    def _remember(self, step: str, head: Expression, side: Expression) -> None:
        """Let later steps be judged as if this wrong side were true."""
        graph = self.progress.mistaken.graph
        if isinstance(head, Derivative) and len(head.variables) == 1 and isinstance(head.operand, Symbol | Apply):
            variable, order = head.variables[0]
            if isinstance(variable, Symbol) and order == 1:
                graph = graph.override(head.operand.name, variable.name, side)
        elif isinstance(head, Apply) and head.orders == (1,) and head.name in graph.functions:
            graph = graph.override(head.name, graph.functions[head.name][0][0].name, side)
        elif isinstance(head, Symbol) and head.name in graph.definitions:
            graph = graph.define(head.name, side)
        else:
            return
        self.progress.mistaken = self.progress.mistaken.with_graph(graph)
        self.progress.blame = self.progress.blame or step
