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
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeGuard

from derivcheck.claim import (
    Form,
    Setting,
    form,
    free_names,
    introduces,
    introduces_function,
    is_update,
)
from derivcheck.derivation import Derivation, Step
from derivcheck.diagnosis.case import Case
from derivcheck.diagnosis.diagnose import diagnose
from derivcheck.domain_text import domain_text
from derivcheck.engine.expected import Finder, expected_form
from derivcheck.expression import Apply, Condition, Derivative, Expression, Relation, Symbol, is_leaf, symbols, walk
from derivcheck.graph import Ambiguous
from derivcheck.indexed_claim import IndexedAnswer, needs_indices
from derivcheck.indexed_claim import answer as indexed_answer
from derivcheck.kernel.facts import informative
from derivcheck.kernel.field import Budget
from derivcheck.kernel.judge import Empty, Outcome, Proved, Question, Refuted, Undecided, Witness
from derivcheck.kernel.prove import Region
from derivcheck.kernel.reach import reachable
from derivcheck.kernel.thin import zeros_are_thin
from derivcheck.notation.printing import print_plain
from derivcheck.statement import Statement
from derivcheck.verdict import Counterexample, Diagnosis, StepResult, Verdict

Decider = Callable[[Question], Outcome]
TEXT_BUDGET = 200_000
MUCH_SHORTER = 0.7
FAULT = "a fault of ours"
VERDICTS: Mapping[type, Verdict] = {
    Proved: Verdict.PROVED,
    Refuted: Verdict.WRONG,
    Undecided: Verdict.UNDECIDED,
    Empty: Verdict.INVALID,
}


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a chain: its tree, whether it equals the truth, and the step that wrote it."""

    tree: Expression
    right: bool
    step: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict on one equality: from the scalar kernel with the form it was asked in, or from the index kernel."""

    verdict: Verdict
    outcome: Outcome | None = None
    form: Form | None = None
    indexed: IndexedAnswer | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """How one side was judged."""

    answer: Answer
    side: Expression
    follows_from: str | None = None
    cancels: str | None = None
    head: Expression | None = None
    previous: Side | None = None


@dataclass(slots=True)
class Progress:
    """What earlier steps leave for later ones."""

    setting: Setting
    mistaken: Setting
    known: frozenset[str]
    chain: list[Side] = field(default_factory=list)
    blame: str | None = None
    proved: list[tuple[Expression, Expression]] = field(default_factory=list)
    ends: dict[int, tuple[Expression, Expression]] = field(default_factory=dict)


class StepJudge:
    """Goes through the steps of a derivation."""

    def __init__(
        self, derivation: Derivation, setting: Setting, decider: Decider, finder: Finder, language: str = "en"
    ) -> None:
        self.decider, self.finder, self.language = decider, finder, language
        self.unreadable = derivation.unreadable
        self.all_assumed = derivation.all_assumed
        self.progress = Progress(setting, setting, derivation.declarations.symbols)

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
            location=step.text, readings=step.notes, warnings=step.warnings, because=step.because, note=step.note,
            points=step.points, expect=step.expect, seconds=time.perf_counter() - start,
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
        invalid = self._invalid(statement)
        if invalid:
            progress.chain = [] if not statement.continues else progress.chain
            return StepResult(step.id, claim, Verdict.INVALID, reason=invalid)
        if is_update(statement):
            return StepResult(step.id, claim, Verdict.STATED)
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
        return self._combine(step, links)

    def _note_end(self, links: list[Link]) -> None:
        """Keep where the chain ends now, if that is proved; a chain that goes on ends later."""
        chain = self.progress.chain
        if links and links[-1].answer.verdict is Verdict.PROVED:
            self.progress.ends[id(chain)] = (chain[0].tree, chain[-1].tree)
        else:
            self.progress.ends.pop(id(chain), None)

    def _invalid(self, statement: Statement) -> str | None:
        """Why a statement claims nothing that can be judged."""
        for relation in statement.relations:
            if relation not in ("=", ":="):
                return f"“{relation}” is not a claim of equality"
        if statement.continues and not self.progress.chain:
            return "there is no readable line before this one to continue"
        if not statement.continues and len(statement.sides) < 2:
            return "this is an expression, not a claim: there is no “=”"
        untold = self._untold(statement)
        if untold:
            return untold
        names = frozenset().union(*(symbols(side) for side in statement.sides))
        for name in sorted(names):
            if self.progress.setting.graph.reaches(name) & self.unreadable or name in self.unreadable:
                return f"the definition of {name} cannot be read"
        return None

    def _untold(self, statement: Statement) -> str:
        """A derivative of a name by another to which an equation ties it, while nothing says which depends on which."""
        setting = self.progress.setting
        equations = [symbols(item.left - item.right) for item in setting.conditions if _is_equation(item)]
        for node in (node for side in statement.sides for node in walk(side) if isinstance(node, Derivative)):
            for variable, _ in node.variables:
                pair = {item.name for item in (node.operand, variable) if isinstance(item, Symbol)}
                loose = pair - setting.graph.definitions.keys() - setting.graph.depends.keys()
                if len(pair) == 2 and loose == pair and any(pair <= names for names in equations):
                    return f"an equation ties {' and '.join(sorted(pair))}: say which depends on the other"
        return ""

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
        answer = self.ask(chain[0].tree, side, self.progress.setting)
        if answer.verdict is Verdict.PROVED:
            cancels = chain[-1].step if not chain[-1].right and chain[-1].step != step.id else None
            self.progress.proved.append((chain[0].tree, side))
            chain.append(Side(side, True, step.id))
            return Link(answer, side, cancels=cancels)
        head, previous = chain[0].tree, chain[-1] if len(chain) > 1 else None
        follows = self._follows(side) if answer.verdict is Verdict.WRONG else None
        if answer.verdict is Verdict.WRONG:
            chain.append(Side(side, False, follows or step.id))
            self._remember(step.id, chain[0].tree, side)
        else:
            chain.append(Side(side, True, step.id))
        return Link(answer, side, follows_from=follows, head=head, previous=previous)

    def ask(self, truth: Expression, claimed: Expression, setting: Setting) -> Answer:
        """The verdict on truth = claimed: by the index kernel, or in the free form, or in the base form."""
        if needs_indices((truth, claimed), setting):
            indexed = indexed_answer(truth, claimed, setting)
            return Answer(indexed.verdict, indexed=indexed)
        outcome, where = self._ask_scalar(truth, claimed, setting)
        return Answer(VERDICTS[type(outcome)], outcome, where)

    def _ask_scalar(self, truth: Expression, claimed: Expression, setting: Setting) -> tuple[Outcome, Form]:
        keep = free_names((truth, claimed), setting.graph)
        free = form((truth, claimed), setting, keep)
        outcome = self.decider(free.question(0, 1, setting.kinds))
        if not keep:
            return outcome, free
        base = form((truth, claimed), setting, frozenset())
        if isinstance(outcome, Proved) and self._is_attained(outcome.conditions, base, setting):
            return outcome, free
        settled = self.decider(base.question(0, 1, setting.kinds))
        if isinstance(settled, Refuted) and isinstance(outcome, Refuted):
            point = outcome.witness.point
            if reachable(point, setting.graph.definitions, keep, base.region, setting.kinds):
                return outcome, free
        if isinstance(settled, Undecided) and isinstance(outcome, Undecided):
            return outcome, free
        return settled, base

    def _is_attained(self, conditions: tuple[Relation, ...], base: Form, setting: Setting) -> bool:
        """Whether the definitions take values in the domain of the free form, and the conditions are thin for them."""
        needed = base.attained(conditions, setting)
        return isinstance(self.decider(needed.question(0, 0, setting.kinds)), Proved) and all(
            zeros_are_thin(item.left - item.right, base.region, Budget(TEXT_BUDGET))
            for item in needed.region.assumptions[len(base.region.assumptions) :]
            if isinstance(item, Relation)
        )

    def _follows(self, side: Expression) -> str | None:
        """The earlier wrong step that this wrong side follows from."""
        progress = self.progress
        for earlier in (item for item in progress.chain[1:] if not item.right):
            if self.ask(earlier.tree, side, progress.setting).verdict is Verdict.PROVED:
                return earlier.step
        if progress.blame is None:
            return None
        for earlier in progress.chain:
            if self.ask(earlier.tree, side, progress.mistaken).verdict is Verdict.PROVED:
                return progress.blame
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

    def _combine(self, step: Step, links: list[Link]) -> StepResult:
        """One result for the links of a statement: the first wrong, invalid or undecided one, or all proved."""
        for verdict in (Verdict.WRONG, Verdict.INVALID, Verdict.UNDECIDED):
            found = next((link for link in links if link.answer.verdict is verdict), None)
            if found is not None:
                return self._broken(step, found)
        cancels = next((link.cancels for link in links if link.cancels), None)
        result = StepResult(step.id, step.text.text, Verdict.PROVED, cancels=cancels)
        last = links[-1].answer
        if last.indexed is not None:
            stated = tuple(dict.fromkeys(item for link in links for item in _indexed_conditions(link)))
            return replace(result, domain=last.indexed.domain, conditions=stated)
        conditions = [
            item for link in links if isinstance(link.answer.outcome, Proved) for item in link.answer.outcome.conditions
        ]
        forms = [link.answer.form for link in links]
        return replace(result, domain=self._domain(*forms), conditions=domain_text(dict.fromkeys(conditions)))

    def _broken(self, step: Step, link: Link) -> StepResult:
        """The result for a link that is not proved."""
        answer, claim = link.answer, step.text.text
        if answer.verdict is Verdict.WRONG:
            return self._wrong(step, link)
        if answer.indexed is not None:
            place = answer.indexed.span or link.side.span
            return StepResult(step.id, claim, answer.verdict, reason=answer.indexed.reason, link=place)
        if isinstance(answer.outcome, Undecided):
            domain = self._domain(answer.form)
            reason = _why(answer.outcome)
            return StepResult(step.id, claim, answer.verdict, domain=domain, reason=reason, link=link.side.span)
        because = answer.outcome.because if isinstance(answer.outcome, Empty) else None
        return StepResult(step.id, claim, answer.verdict, reason=because)

    def _wrong(self, step: Step, link: Link) -> StepResult:
        """The result for a wrong side, unless what speaks against it may not count."""
        answer, claim = link.answer, step.text.text
        if not self.all_assumed:
            reason = "an assumption cannot be read, so the point that speaks against this step may not count"
            return StepResult(step.id, claim, Verdict.UNDECIDED, reason=reason, link=link.side.span)
        loose = self._undefined_operand(step)
        if loose:
            return StepResult(step.id, claim, Verdict.INVALID, reason=loose)
        verdict = Verdict.FOLLOWS if link.follows_from and link.follows_from != step.id else Verdict.WRONG
        follows = link.follows_from if verdict is Verdict.FOLLOWS else None
        result = StepResult(step.id, claim, verdict, link=link.side.span, follows_from=follows)
        if answer.indexed is not None:
            return replace(result, counterexample=answer.indexed.counterexample)
        assert isinstance(answer.outcome, Refuted)
        assert answer.form is not None
        result = replace(
            result, domain=self._domain(answer.form), counterexample=counterexample(answer.outcome.witness)
        )
        if verdict is Verdict.WRONG:
            result = self._explained(result, link, answer.form)
        return replace(result, expected=self._expected(answer.form, result.expected))

    def _explained(self, result: StepResult, link: Link, where: Form) -> StepResult:
        """The result with what the diagnosis says; a fault of the diagnosis does not touch the verdict."""
        assert link.head is not None
        previous = link.previous
        case = Case(
            result.claim, link.head, link.side, self.progress.setting, where,
            previous.tree if previous else None, previous.right if previous else True,
        )  # fmt: skip
        try:
            found = diagnose(case, language=self.language)
        except Exception:
            if os.environ.get("DERIVCHECK_DEBUG"):
                raise
            return replace(result, fault=True)
        if found is None:
            return result
        place, name, question, principle, solution = found.levels
        diagnosis = Diagnosis(
            found.rule, found.span, name if found.confirmed else "", question, principle, found.fix, found.label,
            found.consequences, place, solution, found.replay,
        )  # fmt: skip
        return replace(result, diagnosis=diagnosis, expected=found.expected or None)

    def _expected(self, where: Form, repaired: str | None) -> str | None:
        """The true value: the author's own side mended, unless the plain form is much shorter."""
        graph = self.progress.setting.graph
        others = (Symbol(name) for name in graph.definitions if name not in where.keep)
        names = {graph.close(name, where.keep): name for name in others}
        named = {body: name for body, name in names.items() if not is_leaf(body)}
        finder = self.finder if repaired is None else _no_forms
        truth, region = where.sides[0], where.region
        found = expected_form(truth, region, named, lambda tree: graph.close(tree, where.keep), finder)
        text = None if found is None else print_plain(found)
        if text is None or repaired is None:
            return text or repaired
        return text if len(text) < MUCH_SHORTER * len(repaired) else repaired

    def _undefined_operand(self, step: Step) -> str:
        """What is missing when something is differentiated of which nothing is said."""
        graph = self.progress.setting.graph
        sides = [side for statement in step.statements or () for side in statement.sides]
        for node in (node for side in sides for node in walk(side)):
            if isinstance(node, Derivative) and isinstance(node.operand, Symbol):
                name = node.operand.name
                by = ", ".join(v.name for v, _ in node.variables if isinstance(v, Symbol))
                through = any(name in graph.reaches(v.name) for v, _ in node.variables if isinstance(v, Symbol))
                if name not in graph.definitions and name not in graph.depends and not through:
                    cure = f"define {name} under “given”, or assume “{name} depends on {by}”"
                    return f"nothing says how {name} depends on {by}: {cure}"
        return ""

    def _domain(self, *forms: Form | None) -> tuple[str, ...]:
        """What the statement is judged on: every link of a chain adds what its own derivatives need."""
        regions = [where.region for where in forms if where is not None]
        assumed = tuple(dict.fromkeys(item for region in regions for item in region.assumptions))
        natural = tuple(dict.fromkeys(item for region in regions for item in region.natural))
        return domain_text((*assumed, *informative(Region(assumed, natural), Budget(TEXT_BUDGET))))


def _no_forms(tree: Expression) -> tuple[Expression, ...]:
    """No help from SymPy, where there is a good form already."""
    return ()


def _is_equation(condition: Condition) -> TypeGuard[Relation]:
    return isinstance(condition, Relation) and condition.operator == "="


def _indexed_conditions(link: Link) -> tuple[str, ...]:
    return () if link.answer.indexed is None else link.answer.indexed.conditions


def counterexample(witness: Witness) -> Counterexample:
    """The witness as text."""
    functions = {name: print_plain(body) for name, body in witness.functions.items()}
    point = {name: str(value) for name, value in witness.point.items()}
    return Counterexample(point, witness.truth or "undefined", witness.claimed or "undefined", functions)


def _why(outcome: Undecided) -> str:
    if outcome.agreed:
        points = "one point that was" if outcome.agreed == 1 else f"{outcome.agreed} points that were"
        return f"{outcome.reason}; the sides agree at {points} tried"
    return outcome.reason
