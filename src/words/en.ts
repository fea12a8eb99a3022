/**
 * The English catalogue. Its keys and the `{holes}` of its texts are the types of every message: see index.ts.
 * Of an error, a refusal, a warning and a finding the second line is the hint: what to do next. Longer than other files because it is one table.
 */
export const en = {
  'list.separator': ', ',
  'list.more': 'and {n} more',
  'sentence.separator': ' ',
  'age.minutes': '{n} min',
  'age.hours': '{n} h',
  'age.days': '{n} d',

  'verdict.exit': 'exit',
  'verdict.keep': 'keep',
  'verdict.review': 'review',
  'verdict.closed': 'closed',
  'verdict.none': 'none',
  'verdict.muted': '{verdict}, muted',

  'standing.binding': 'in force',
  'standing.closed': 'closed',
  'standing.superseded': 'superseded',
  'standing.pending': 'pending',
  'standing.not-joined': 'not joined',
  'standing.unknown': 'unknown',

  'membership.approved': 'approved',
  'membership.pending': 'pending approval',
  'membership.rejected': 'rejected',
  'membership.removed': 'removed by the merchant',
  'membership.left': 'left by yourself',
  'membership.none': 'never applied for',

  'kind.general': 'general plan',
  'kind.special': 'special plan',
  'kind.event': 'event plan',
  'kind.marketing': 'marketing plan',
  'kind.selected': 'selected plan',

  'state.active': 'active',
  'state.expired': 'expired',
  'state.stopped': 'stopped',
  'state.deleted': 'deleted',

  'basis.item': 'item',
  'basis.items': 'items',
  'basis.shop-average': 'shop avg',
  'basis.mixed': 'item/avg',

  'relation.below': 'below general',
  'relation.equal': 'equal to general',
  'relation.above': 'above general',
  'relation.unknown': 'unknown',

  'via.general': 'the general plan, by leaving this one',
  'via.joined': 'another plan you have joined',
  'via.joinable': 'a plan you can apply for',
  'via.event': 'a running event',
  'via.marketing': 'the marketing plan',

  'reason.below-general': 'The special rate is {gapBp} percentage points below the general rate.',
  'reason.below-min-gain':
    'The special rate beats the general rate by {gapBp} percentage points; you ask for at least {minGainBp}.',
  'reason.above-general': 'The special rate is {gapBp} percentage points above the general rate.',
  'reason.no-gain': 'The special rate equals the general rate: nothing gained, nothing lost.',
  'reason.mixed': 'Items differ: {below} would earn more without this plan, {above} would not.',
  'reason.mixed.items': 'Better without it: {itemsBelow}.',
  'reason.rate-cut': 'RATE CUT: the special rate went from {fromBp}% to {toBp}%, seen {at}.',
  'reason.rate-cut.item': 'RATE CUT: the special rate of item {item} went from {fromBp}% to {toBp}%, seen {at}.',
  'reason.general-raised': 'The general rate went up from {fromBp}% to {toBp}%, seen {at}.',
  'reason.general-raised.item': 'The general rate of item {item} went up from {fromBp}% to {toBp}%, seen {at}.',
  'reason.unit-doubt':
    'UNIT IN DOUBT: the rate of the {rates} moved by a hundred times, from {fromBp}% to {toBp}%, seen {at}, as when percent and fraction are mixed up. Another format that says the same settles it; or if it is right, `tkguard release <snapshot>` (`tkguard snapshots` gives the number); if not, `tkguard discard <snapshot>`.',
  'reason.unit-doubt.item':
    'UNIT IN DOUBT: the rate of the {rates} at item {item} moved by a hundred times, from {fromBp}% to {toBp}%, seen {at}, as when percent and fraction are mixed up. Another format that says the same settles it; or if it is right, `tkguard release <snapshot>` (`tkguard snapshots` gives the number); if not, `tkguard discard <snapshot>`.',
  'reason.no-general-rate': 'No general rate is known to compare with: import an item search or the shop’s plans.',
  'reason.no-general-rate.gone':
    'The general rate was last seen {lastSeenAt}; newer exports that should list it do not. Import an item search or the shop’s plans.',
  'reason.no-special-rate': 'No rate of this plan is known: import an export that shows it.',
  'reason.zero-rate': 'An export states a rate of 0, which counts as unknown.',
  'reason.average-only': 'Judged by average rates, not item by item.',
  'reason.average-only.mixed':
    'Only an item’s rate and a shop’s average are known, which cannot be compared: import an export that has both rates of an item.',
  'reason.locked': 'The rate is locked: the merchant cannot lower it for now.',
  'reason.conflict': 'Two exports of {at} disagree, and nothing tells which is right.',
  'reason.conflict.same': 'Two exports of {at} disagree, but either way the verdict is the same.',
  'reason.held':
    'What is held back tells of this shop, too (snapshot {snapshots}): look at it, then `tkguard release` or `tkguard discard`.',
  'reason.stale': 'The data is {ageHours} old, too old to judge by: import newer exports.',
  'reason.plan-stopped': 'The plan is closed ({state}): nothing to exit, links now earn the general rate.',
  'reason.missing': 'Missing from {captures} lists of all plans of the shop; it counts as closed after {needed}.',
  'reason.missing.unconfirmed':
    'No export lists it any more where it was. Only lists of all plans of the shop tell whether it is closed: import the shop’s plans.',
  'reason.missing.gone':
    'The plan is closed: gone from {captures} lists of all plans of the shop. Nothing to exit, links now earn the general rate.',
  'reason.not-in-plan': 'Not in this plan: exports that would list the plan here do not.',
  'reason.not-listed':
    'Your newest list of joined plans does not have it: was the list filtered, or of another login? Import a complete one.',
  'reason.pending-approval': 'Waiting for the merchant’s approval: it will apply as soon as it is approved.',
  'reason.pending-below':
    'It will pay {gapBp} percentage points LESS than the general plan as soon as it is approved: withdraw the application if you can.',
  'reason.membership-unknown': 'It is not known which plans you have joined here: import your joined plans.',
  'reason.not-joined': 'Not joined.',
  'reason.not-joined.status': 'Not joined ({status}).',
  'reason.part-average': 'Items without a general rate of their own, which do not count: {items}.',
  'reason.whole-plan': 'The plan as a whole: {verdict}. Leaving it concerns all of its items.',
  'reason.may-come-back': 'After you leave, a plan approved earlier may apply again: {plans}.',
  'reason.exited': 'You left it on {at}; your next joined list will confirm it.',
  'reason.exited.confirmed': 'You left it on {at}; confirmed by an export of {confirmedAt}.',
  'reason.exit-not-effective': 'EXIT NOT EFFECTIVE: you left on {at}, but a newer export still has it as approved.',
  'reason.superseded': 'Overridden by plan {by}, which was approved later.',
  'reason.shop-unclear':
    'This shop may be the same merchant as {shops}, or may not: exports do not tell, or contradict each other. What tells is an export that lists the special plans of both, or a table of your own with both numbers in a row (shop_id, other_shop_id).',
  'reason.binding-unknown':
    'It is not known whether this plan or {plans} was approved last; only the last one applies.',
  'reason.ends-soon': 'The plan ends {endsAt}.',

  'detail.rate-raised': 'The special rate went up from {fromBp}% to {toBp}%, seen {firstSeenAfter}.',
  'detail.rate-raised.item':
    'The special rate of item {item} went up from {fromBp}% to {toBp}%, seen {firstSeenAfter}.',
  'detail.would-gain': 'Would gain {gap} percentage points over the general rate.',
  'detail.would-lose': 'Would lose {gap} percentage points against the general rate.',
  'detail.needs-approval': 'Joining needs the merchant’s approval.',
  'detail.no-approval': 'Joining needs no approval.',
  'detail.event': 'A running event pays up to {rate}%.',
  'detail.marketing': 'The marketing plan pays up to {rate}%.',
  'detail.exit':
    'To exit: open “推广计划管理” (promotion plans), find plan “{name}” of “{shop}” and click “退出” (exit): {page} Then note it: `tkguard exited {plan}`',
  'detail.muted': 'Muted until {until}.',
  'detail.muted.reason': 'Reason: {reason}',
  'detail.item': '{item}: special {special}, general {general}, gap {gap} ({relation}, {basis}, weight {weight})',

  'change.lowered': 'lowered',
  'change.raised': 'raised',
  'change.crossed-below': 'CROSSED BELOW',
  'change.crossed-above': 'crossed above',
  'change.general-raised': 'general raised',
  'change.general-lowered': 'general lowered',
  'change.unit-doubt': 'unit in doubt',
  'change.opened': 'opened',
  'change.missing': 'missing',
  'change.closed': 'closed',
  'change.item-left': 'item left the plan',
  'change.item-back': 'item is back',
  'change.reappeared': 'seen again',
  'change.reopened': 'reopened',
  'change.joined': 'applied for',
  'change.approved': 'approved',
  'change.rejected': 'rejected',
  'change.removed': 'removed',
  'change.left': 'left',
  'change.renamed': 'renamed',
  'change.locked': 'rate locked',
  'change.unlocked': 'rate unlocked',
  'change.event-started': 'event started',
  'change.event-ended': 'event ended',

  'grade.good': 'good',
  'grade.fair': 'fair',
  'grade.unproven': 'unproven',
  'grade.risky': 'risky',
  'grade.avoid': 'avoid',

  'heading.verdict': 'Verdict',
  'heading.account': 'Account',
  'heading.shop': 'Shop',
  'heading.plan': 'Plan',
  'heading.special': 'Special',
  'heading.general': 'General',
  'heading.gap': 'Gap',
  'heading.basis': 'Basis',
  'heading.last-change': 'Last change',
  'heading.age': 'Age',
  'heading.number': 'No.',
  'heading.captured': 'Captured',
  'heading.imported': 'Imported',
  'heading.format': 'Format',
  'heading.rows': 'Rows',
  'heading.encoding': 'Encoding',
  'heading.added': 'New',
  'heading.gone': 'Gone',
  'heading.changed': 'Changed',
  'heading.coverage': 'Coverage',
  'heading.file': 'File',
  'heading.digest': 'SHA-256',
  'heading.title': 'What it is',
  'heading.gives': 'Gives',
  'heading.needs': 'Needs',
  'heading.example': 'File name',
  'heading.status': 'Status',

  'heading.until': 'Until',
  'heading.set-by': 'Set by',
  'heading.reason': 'Reason',
  'heading.change': 'Change',
  'heading.seen-before': 'Last before',
  'heading.seen-after': 'First after',
  'heading.item': 'Item',
  'heading.from': 'From',
  'heading.to': 'To',
  'heading.note': 'Note',
  'heading.grade': 'Grade',
  'heading.bad': 'Bad/watched',
  'heading.confidence': 'Share',
  'heading.days-observed': 'Days',
  'heading.cuts': 'Cuts',
  'heading.below-general': 'Below',
  'heading.closed-soon': 'Closed',
  'heading.raises': 'Raises',
  'heading.largest-cut': 'Largest',
  'heading.first-cut': 'First cut',
  'heading.locks': 'Locks',
  'heading.setting': 'Setting',
  'heading.data': 'Data',
  'heading.value': 'Value',

  'zone.china': 'China time',
  newest: 'Newest data: {at} ({age} old).',
  'as-of': 'As of {at} ({zone}).',
  shown: '{shown} of {total} shown.',

  'count.exit': '{n} to exit',
  'count.review': '{n} to review',
  'count.keep': '{n} to keep',
  'count.closed': '{n} closed',
  'count.superseded': '{n} superseded',
  'count.notJoined': '{n} not joined',
  'count.unknown': 'membership of {n} unknown',
  'count.muted': '{n} muted',
  'count.pendingBelow': '{n} applied for that would pay less than the general plan',
  'count.removed': 'the merchant removed you from {n}',
  'diff.more': '{what}: {command}',
  'diff.exit': 'To exit a plan: open “推广计划管理” (promotion plans), search the shop’s 旺旺, click “退出”: {page}',
  'diff.exited': 'Then note it: tkguard exited {plans}',
  'diff.empty': 'No joined special plans match.',
  'diff.empty.unknown': 'No special plan is known as joined here: import your joined plans.',

  window: 'From {since} to {until} ({zone}).',
  'changes.summary': 'Changes: {n} ({counts})',
  'changes.empty': 'No changes in this time.',
  'changes.crossed-below': 'The special rate went to {gap} percentage points below the general rate.',
  'changes.missing':
    'Nothing lists it any more; it counts as closed when {needed} lists of all plans of the shop lack it.',
  'changes.missing-record': 'Not in your newest list of joined plans: was it filtered, or of another login?',
  'history.heading': '{account}: {shop}, {kind} {plan}, {scope}',
  'history.heading-income':
    '{account}: {shop}, {kind} {plan}, {scope}: INCOME rates (commission plus subsidy), compared with no commission rate',
  'history.scale': 'Chart from {low} to {high}, days in a column: {days}.',
  'history.summary': 'Timelines: {timelines}, readings: {readings}',
  'history.empty': 'No rates of it are known in this time.',
  'shops.why.none':
    'None of {watched} watched plans was cut below the general rate or closed within 30 days of joining.',
  'shops.why.bad': '{bad} of {watched} watched plans: cut below the general rate, or closed within 30 days of joining.',
  'shops.why.largest': 'Largest cut: {largest} percentage points.',
  'shops.why.closed': 'Closed soon after joining: {n}.',
  'shops.summary': 'Merchants: {n} ({counts})',
  'shops.empty': 'No merchants with special plans match.',
  'shops.formula':
    'Bad: cut below the general rate, or closed within 30 days of joining. Likely share: of bad plans, Wilson score interval of bad/watched with z = 1.645. avoid: from 50% up; risky: from 30% up; good: none bad and below 33%; fair: some bad of 3 or more; else unproven.',
  'shops.plan': '{plan}, seen {first} to {last}:',
  'shops.plan.cuts': 'cuts: {cuts}, the largest by {largest} points.',
  'shops.plan.no-cuts': 'never cut.',
  'shops.plan.first-cut': 'First cut after {days} d.',
  'shops.plan.below': 'Cuts below the general rate: {n}.',
  'shops.plan.raises': 'Raises: {n}.',
  'shops.plan.closed': 'Closed {days} d after joining.',
  'shops.plan.locked': 'The lock was kept.',
  'shops.plan.lock-broken': 'Cut while it was locked.',
  'shops.plan.bad': 'Counts as bad.',

  'check.line': '{verdict}: {what}: {rest}',
  'check.muted': '{verdict} (muted until {until})',
  'check.rates': 'special {special}, general {general}.',
  'check.age': 'Data {age} old.',
  'check.better': 'Better: {rate}% by {via}, {plan}.',
  'check.better.general': 'Better: {rate}% by {via}.',
  'check.nothing-binds': 'No special plan applies here: links earn the general rate.',
  'check.unknown': '{verdict}: nothing is known of “{query}”.',
  'check.near': 'did you mean {names}?',
  'check.alike': 'known items whose ids end alike, perhaps the same one: {items}',

  'snapshots.summary': '{n} snapshots',
  'snapshots.number': 'Snapshot {id},',
  'snapshots.empty': 'No snapshots yet: run `tkguard sync <files>`.',
  'config.file': 'From {path} and the defaults.',
  'config.place': '{what}: {path}',
  'config.place.none': '{what}: {path} (not there yet)',
  'config.no-file': 'No file {path}: these are the defaults. `tkguard init` writes one.',
  'config.from.file': 'the file',
  'config.from.line': 'line {line}',
  'config.from.locale': 'the locale',
  'config.from.default': 'default',
  'init.written':
    'Wrote {path}. Nothing in it counts yet: remove the // before what you want.\nNext:\n  1. Open it in an editor.\n  2. `tkguard config` shows what is in force.\n  3. `tkguard init --cron` prints what runs the sync every day.',
  'init.ask.folder': 'Folder where you save exports [{usual}]: ',
  'init.ask.account': 'What is the account called, whose exports they are? [default]: ',
  'init.ask.another': 'Folder of another account (Enter: there is none): ',
  'init.ready':
    'Wrote {path}. Save your exports to:\n  {folders}\nWhich exports, and how: `tkguard formats`. Then run `tkguard sync`, every day by this:',
  'init.windows':
    'In a command prompt, once (it then runs every day at 9:15):\n  schtasks /Create /TN tkguard /SC DAILY /ST 09:15 /TR "{command}"',
  'init.cron':
    '# Either cron: run `crontab -e` and add this line. What goes wrong, cron sends by mail.\n# Variables named by { "env": … } in the configuration must be set here too: NAME=value lines above it (systemd: Environment= or EnvironmentFile=).\n15 9 * * * {cron} >/dev/null\n\n# Or systemd: save these two files, then run\n#   systemctl --user enable --now tkguard.timer\n#   loginctl enable-linger            (so that it runs while you are logged out)\n\n# ~/.config/systemd/user/tkguard.service\n[Unit]\nDescription=tkguard sync\n\n[Service]\nType=oneshot\nExecStart={systemd}\nStandardOutput=null\n\n# ~/.config/systemd/user/tkguard.timer\n[Unit]\nDescription=tkguard sync, every day\n\n[Timer]\nOnCalendar=*-*-* 09:15:00\nPersistent=true\n\n[Install]\nWantedBy=timers.target',
  'formats.summary': '{n} formats',
  'formats.empty': 'No formats.',
  'formats.needed':
    'Everybody needs two: the list of joined plans, and an item search. A HAR, recorded while you open both pages, carries them: see `tkguard help files`.',
  'formats.template':
    'shop_id,shop_name,item_id,plan_id,plan_name,plan_type,rate,status\n1001,example shop,,0,general plan,general,5.00%,\n1001,example shop,,2001,example plan,special,4.50%,approved',
  'formats.where': 'From: {where}',
  'formats.addresses': 'Request: {addresses}',
  'formats.rates': 'Rates: {rates}',
  'formats.no-rates': 'Rates: none.',
  'formats.example': 'Example: {example}',
  'rate-field': '{field} ({unit})',
  'unit.percent': '%',
  'unit.basis-points': '1/100 %',
  'unit.fraction': 'fraction of 1',
  'unit.unknown': 'unit unknown: not read',
  'unit.percent.income': '%, commission plus subsidy',
  'facet.general': 'general rate',
  'facet.special': 'special rates',
  'facet.event': 'event rates',
  'facet.income': 'income rates (commission plus subsidy)',
  'facet.membership': 'membership',
  'facet.state': 'plan state',
  'need.seller': 'seller id',
  'need.item': 'item id',
  'need.campaign': 'plan id',
  'need.keeper': 'keeper id',
  'limit.megabytes': 'megabytes',
  'limit.unpackedMegabytes': 'megabytes when unpacked, or packed tighter than any real sheet',
  'limit.sheets': 'sheets',
  'limit.rows': 'rows',
  'limit.columns': 'columns',
  'limit.cells': 'cells',
  'limit.characters': 'characters',

  'status.readable': 'readable',
  'status.imported': 'imported',
  'status.known': 'already known',
  'status.left': 'left for the next run',
  'status.skipped': 'skipped',
  'status.held': 'held back',
  'status.refused': 'refused',
  'status.unreadable': 'unreadable',
  'sync.known-since': 'Imported {importedAt}, captured {capturedAt}.',
  'sync.dated-from': 'Capture time taken from: {from}.',
  'sync.skipped-rows': 'Bad cells: {n}. Their rows were left out.',
  'sync.changes': 'Verdicts changed:',
  'sync.stale-now': 'This data is now too old to judge by.',
  'sync.change.new': 'new, {to}: {shop}, {plan}. {why}',
  'sync.change': '{from} → {to}: {shop}, {plan}. {why}',
  'sync.held': 'held back: {n} (not counted; see `tkguard snapshots`)',
  'sync.left': 'left for the next run: {n} (still being written)',
  'sync.skipped': 'skipped: {n} (notes, no exports)',
  'sync.summary':
    '{imported} imported, {known} already known, {refused} refused, {unreadable} unreadable; verdicts changed: {changes}',
  'verbose.file': '{file}: {status}',
  'verbose.format': '{file}: {status}; format {format} ({why}), {encoding}',
  'verbose.recognised': 'recognised',
  'verbose.told': 'as told by --as',
  'sync.snapshot': 'Captured {capturedAt} ({capturedFrom}); account {account}; lists {coverage}; rows: {rows}',
  'progress.looking': '{file}: recognising the format, {size} MB',
  'progress.judging': 'computing the verdicts',
  'progress.reading': '{file}: {percent}% of {size} MB',
  'sync.dry-run': 'Dry run: nothing was written.',
  'sync.empty': 'No files.',
  'inspect.nothing-written':
    'Nothing was written. New, changed, gone: the rows that a sync would add, change and remove.',
  'inspect.separator': 'Separator: {separator}',
  'inspect.columns': 'Columns read: {columns}',
  'inspect.row': 'Row {n}: {row}',
  'inspect.proposed': '“{source}” could be {column} ({by})',
  'inspect.samples': 'such as {samples}',
  'inspect.income':
    '“{source}” ({samples}) is an income rate (commission + subsidy) or the subsidy in it. It is never compared with commission, so it cannot be “rate”',
  'inspect.fixed': '{place} = {value}, because of the column name “{source}”',
  'inspect.more-rates':
    'Columns of percentages that are not used: {columns}. If they hold commission rates too, add them under "plans", each with its kind of plan',
  'inspect.partial':
    'coverage = partial: a plan that is not in the file does not count as gone; write listed only if the file always has all plans of its shops',
  'inspect.unassigned': 'Columns that are not used: {columns}',
  'inspect.by-name': 'by its name',
  'inspect.by-cells': 'by its cells',
  'inspect.by-sign': 'every cell has a %',
  'inspect.range': 'from {lowest} to {highest}',
  'inspect.whole': 'whole numbers only',
  'inspect.decimals': 'not only whole numbers',
  'inspect.signs': 'with a %: {n} of {of}',
  'inspect.unit': 'unit: {unit} ({by})',
  'inspect.unit-unknown': 'unit not certain',
  'inspect.complete': 'Nothing is left to fill in. Compare it with the page that the file comes from.',
  'inspect.to-fill': 'To fill in: {n}. Replace each ? by:',
  'inspect.fill': '{places}: {what}',
  'inspect.fill.columns.rate': 'the name of the column with the commission rates',
  'inspect.fill.units.rate':
    'the unit of the rates: percent (5 is 5 %), basis-points (500 is 5 %) or fraction (0.05 is 5 %)',
  'inspect.fill.fixed.shop_id':
    'the shop’s number, if all rows are of one shop; if a column has it, move the line to "columns" and put the column’s name',
  'inspect.fill.fixed.plan_id':
    'the plan’s number, if all rows are of one plan; if a column has it, move the line to "columns" and put the column’s name; if plan_type is general, delete the line',
  'inspect.fill.fixed.plan_type':
    'general, special, event, marketing or selected, if all these rates are of one kind; if a column says it, move the line to "columns" and put the column’s name',
  'inspect.fill.words': 'tkguard’s word for it, or null to leave such rows out',
  'inspect.mapping':
    'A mapping to start from. Save it with `tkguard inspect --mapping <file> > my.json`, complete it, then `tkguard sync --map my.json <file>`; or paste it into the configuration:',
  'inspect-hint.unknown-format.mapping':
    'If it is one of `tkguard formats`, name it with --as. If not, complete the mapping proposed below.',
  'inspect-hint.unknown-format.none':
    'It is neither a table nor a list of objects, so no mapping can read it. `tkguard formats` shows what can be read.',
  'inspect-hint.not-this-format.none':
    'Leave --as out, if you gave one; `tkguard formats` shows what each format looks like.',
  'inspect-hint.missing-columns.mapping':
    'Add the columns, with English or Chinese names; or complete the mapping proposed below.',
  'inspect-hint.mapping-drift.mapping':
    'Correct "header" and "columns" of the mapping: the proposal below fits the columns as they are now.',
  'inspect-hint.mapping-drift.none':
    'It is neither a table nor a list of objects, so no mapping can read it. Check that it is the right file.',
  'inspect.no-ledger': 'The database cannot be read ({code}), so what these files would change is unknown.',
  'inspect.summary':
    '{readable} readable, {refused} refused, {unreadable} unreadable; verdicts that would change: {changes}',

  'where.line': 'line {n}',
  'where.row': 'row {n}',
  'where.head': 'start of the file',
  'found.nothing': 'nothing',
  'found.text': '“{text}”',
  'line.problem': '{where}: found {found}, expected {expected}',
  'line.more': '… and {n} more problems',
  'problem.needed': 'a value',
  'problem.bad-rate': 'a percentage from 0 to 100 such as 15.50%',
  'problem.bad-rate.basis-points': 'basis points from 0 to 10000 (1550 is 15.50%)',
  'problem.bad-rate.fraction': 'a fraction from 0 to 1 (0.155 is 15.50%)',
  'problem.bad-time': 'a date or time such as 2026-11-20 09:30',
  'problem.bad-time.number': 'a date or time such as 2026-11-20 09:30; in the spreadsheet, format the cell as a date',
  'problem.future-time': 'a time that is not in the future',
  'problem.bad-id': 'an id of letters, digits, - and _',
  'problem.rounded-id':
    'an id with all its digits: a spreadsheet has rounded this one; format the column as text and export again',
  'problem.bad-word': 'one of: {expected}',
  'problem.bad-number': 'a whole number',
  'problem.bad-amount': 'an amount in yuan such as 1234.50',
  'problem.duplicate-key': 'each key only once',
  'problem.ragged-row': '{expected} cells, as in the header',
  'problem.open-quote': 'a closing quotation mark, or the end of the row, within 1 MiB',
  'problem.not-an-object': 'an object of names and values',
  'problem.bad-json-line': 'one complete JSON object on the line',
  'problem.disagrees': '{expected}, as in an earlier row about the same thing',

  'line.refused': 'tkguard: {file}: {what} [{code}]',
  'line.hint': 'hint: {hint}',
  'line.error': 'tkguard: {what} [{code}]',

  'error.login-page': 'this is the login page, not data\nLog in to pub.alimama.com and export again.',
  'error.throttled':
    'Alimama answered “access limited” instead of data\nWait a few minutes, then export again, more slowly.',
  'error.captcha':
    'Alimama asked for a captcha instead of sending data\nOpen the page in a browser, solve the captcha, then export again.',
  'error.html': 'this is a web page, not an export\nSave the data (JSON or CSV), not the page around it.',
  'error.xml':
    'this is XML, and only JSON, CSV and spreadsheets can be read\nAsk for JSON (of the open platform: format=json), or save the table as CSV or .xlsx.',
  'error.no-result': 'nothing was found: {message}\nCheck what was searched for. Nothing was changed.',
  'error.not-ok':
    'Alimama answered with an error: {message}\nExport again; if that fails too, open the page in a browser.',
  'error.open-platform-error':
    'the open platform answered with an error: {detail}\nLook the error up in the open platform’s documentation and repeat the call.',
  'error.empty': 'the file is empty\nExport again and check that the download is complete.',
  'error.header-only':
    'the file has a header, but no rows\nExport again. An empty list does not mean that all plans are gone.',
  'error.no-rows': 'the list is empty\nExport again. An empty list does not mean that all plans are gone.',
  'error.not-json': 'this is not complete JSON: {reason}\nExport again and check that the download is complete.',
  'error.bad-encoding': 'the text is neither UTF-8, UTF-16 nor GB18030\nSave the file as UTF-8.',
  'error.unknown-format':
    'this format is not known\nSee `tkguard formats`; if it is one of them, name it with --as. Any other table: `tkguard inspect <file>`.',
  'error.not-this-format':
    'this is not {format}\nLeave --as out, if you gave one; `tkguard formats` shows what {format} looks like.',
  'error.unlike-format':
    'it looks like {format}, but its list is missing or has another shape\nExport again and check that it is complete; `tkguard formats` shows what {format} looks like.',
  'error.newer-snapshot':
    '{found} is a newer version of tkguard’s own format\nUpdate tkguard: this version reads {known}.',
  'error.title-row':
    'the header is not in the first row; row {row} looks like the header\nDelete the rows above row {row}, save, and try again.',
  'error.mapping-drift':
    'the columns do not match mapping “{name}”; missing: {missing}; new: {added}\nLook at the columns with `tkguard inspect`, then correct "header" and "columns" of the mapping.',
  'error.no-list':
    'mapping “{name}” expects a list at {path}, but there is none\nLook into the file: the source may have answered with an error. If the list has moved, correct "rows" of the mapping.',
  'error.other-document': '{kind} documents cannot be read\nOpen it and save the table as .xlsx or CSV (UTF-8).',
  'error.database':
    'this is an SQLite database, not an export\nGive the exported files. A database of tkguard’s own is named with --db; `tkguard restore` takes a backup.',
  'error.hidden-sheets':
    'only hidden sheets hold an export, and hidden sheets are not read: {sheets}\nOpen the file, unhide the sheet (right-click its tab), and save.',
  'error.not-supported-yet': '{kind} files cannot be read yet\nSave it as CSV (UTF-8), or unpack it, and sync that.',
  'error.sheet-too-large':
    'the spreadsheet is too large: more than {limit} {what}\nExport fewer items at a time, or save the sheet as CSV (UTF-8), which may be of any size.',
  'error.sheet-damaged':
    'the spreadsheet is damaged or was cut off\nExport again and check that the download is complete; if Excel or WPS opens it, save it as CSV (UTF-8) there.',
  'error.sheet-locked':
    'the spreadsheet is locked with a password\nOpen it in Excel or WPS, remove the password and save it, or save it as CSV (UTF-8).',
  'error.order-report':
    'this is a report of orders: it says what was paid then, not what a plan pays now\nExport the joined plans (推广计划管理) and item rates instead; `tkguard formats` says where to find them.',
  'error.elite-report':
    'this is a report of 如意投 orders, a plan that nobody joins or exits\nExport the joined plans (推广计划管理) and item rates instead; `tkguard formats` says where to find them.',
  'error.cut-off-cell':
    'line {line} ends within its last cell: “{found}” is unlike the cells above it, such as “{like}”, and no line end follows\nDownload or copy it again. If it is complete, end the last line (press Enter behind it), and sync it again.',
  'error.leader-report':
    'this is a report of a 团长: service fees of items, not commission rates\nExport the joined plans (推广计划管理) and item rates instead; `tkguard formats` says where to find them.',
  'error.other-platform':
    'this is an answer of another platform: {kind}\ntkguard compares the plans of Taobao’s alliance only; `tkguard formats` shows what it reads.',
  'error.other-answer':
    'this is the answer of {answer}: {kind}\nSave the joined plans (推广计划管理) and item rates instead; `tkguard formats` says where to find them.',
  'error.json-comments':
    'this is JSON with comments, which JSON must not have\nTake out what stands behind // and between /* and */, and sync it again.',
  'error.missing-columns':
    'needed columns are missing: {columns}\nAdd the columns; their English or Chinese names will do.',
  'error.duplicate-column': 'two columns mean {as}; the second is “{column}”\nKeep only one of them.',
  'error.missing-id':
    'the data does not say which shop, item or plan it belongs to; missing: {ids}\nPut the id into the file’s name, such as {example}.json, or give --seller, --item or --campaign.',
  'error.only-names':
    'the table names plans and shops without their ids, and names are not unique; missing: {columns}\nSave the answer of joinedCampaigns.json from the page’s network traffic instead, or add the columns 计划ID and 卖家ID (or 店铺ID).',
  'error.bad-rows':
    'problems in its rows: {count}; nothing was imported\nCorrect the rows, or import only the good ones with --skip-bad-rows.',
  'error.rows-disagree':
    'problems in its rows: {count}; some rows contradict each other, so nothing was imported\nCorrect the rows. --skip-bad-rows does not help here: nothing tells which of them is right.',
  'error.bad-ledger':
    'this is not what `tkguard export` wrote: it was cut off or changed, from line {line} on\nExport it or copy it again. Nothing was imported.',
  'error.ledger-version':
    'this ledger was written by another version of tkguard\nUse the same version on all machines, then export it again.',
  'error.too-many-bad-rows':
    'problems in its rows: {count} and more; reading stopped, and nothing was imported\nIs it the right file? `tkguard inspect` shows how its columns are read.',
  'error.rate-unit':
    'all rates of {column} are below 1 and without % (line {line}: “{found}”): they may be percentages or fractions\nSay which: --rate-unit percent (0.05 is 0.05 %), or --rate-unit fraction (0.05 is 5 %). Or write a % in each cell.',
  'error.mixed-rate-units':
    'some cells of {column} have a % (line {percentLine}: “{percent}”), and one without it is below 1 (line {line}: “{found}”): that may be a percentage or a fraction\nWrite all rates of the column in the same way: with % in each cell (in a spreadsheet, format the whole column as percentage).',
  'error.duplicate-key':
    'the key “{key}” occurs twice in one object, with different values\nThe file is complete but contradicts itself: correct the program that writes it.',
  'error.undated':
    'it contradicts {other}, and both files are of the same two minutes, as copies are: which is newer cannot be told\nSync each by itself, with the time when it was exported: --captured-at "2026-11-20 09:30".',
  'error.ambiguous-id':
    'two ids contradict each other ({kind}): {ids}\nCorrect the file’s name or the option, so that they agree.',
  'error.mass-disappearance':
    'held back: {gone} of {known} joined special plans would disappear or end\nIs the list complete and unfiltered? If it is: `tkguard release <snapshot>`, or sync again with --accept-removals. If not: `tkguard discard <snapshot>`.',
  'error.rates-disappear':
    'held back: in {gone} of {known} shops most rates of the {rates} would disappear or become unknown\nIs the export complete? If it is: `tkguard release <snapshot>`, or sync again with --accept-removals. If not: `tkguard discard <snapshot>`.',
  'error.kinds-turned':
    'held back: {turned} of {known} joined special plans would turn into plans of another kind\nThe source may call them otherwise now. If it is right: `tkguard release <snapshot>`. If not: `tkguard discard <snapshot>`.',
  'error.format-drift':
    'held back: in {drifted} of {compared} shops most rates of the {rates} move by about ten or a hundred times: {examples}\nThis looks like a change of unit in the source. If the new rates are right: `tkguard release <snapshot>`, or sync again with --accept-rates. If not: `tkguard discard <snapshot>`.',
  'status.age.fresh': 'fresh',
  'status.age.soon': 'too old within a day',
  'status.age.old': 'too old to judge by',
  'status.of-account': ' of {account}',
  'status.next': 'Export next:',
  'status.next.joined-plans': '{number}. the list of joined plans{of} (推广计划管理)',
  'status.next.rates': '{number}. an item search or the shop’s plans{of}; rates are lacking for {n}: {shops}',
  'status.do.exit': 'Next: exit those plans. `tkguard diff --verdict exit` says how.',
  'status.do.withdraw': 'Next: withdraw the applications that would pay less, if you can. `tkguard diff` names them.',
  'status.do.held': 'Next: decide about what is held back: `tkguard snapshots`.',
  'status.do.export': 'Next: make these exports, then `tkguard sync`.',
  'status.do.nothing': 'Nothing to do now.',
  'held.line':
    'Snapshot {snapshot} ({file}), {what}. Nothing is judged by it: `tkguard release {snapshot}` if it is right, `tkguard discard {snapshot}` if not.',
  'hold.released': 'released {file} (snapshots {snapshots}): it counts from now on',
  'hold.discarded': 'discarded {file} (snapshots {snapshots})',
  'done.nothing': 'nothing was changed',
  'export.done': 'wrote {path}, {size}',
  'hold.none': 'nothing is held back',
  'mute.done': 'plan {plan} is muted until {until}',
  'mute.forever': 'you take it back',
  'mute.every-account': 'all',
  'unmute.done': 'plan {plan} is no longer muted',
  'mute.from.command': 'tkguard mute',
  'mute.from.config': 'config file',
  'unmute.config': 'plan {plan} is muted in {path}: take it out there',
  'unmute.none': 'plan {plan} was not muted',
  'mutes.summary': '{n} muted',
  'mutes.empty': 'No plan is muted.',
  'exited.done': 'Noted: {account}, {shop}, {plan}, left {at}. Your next list of joined plans will confirm it.',
  'exited.undone': 'Taken back: {account}, {shop}, {plan}.',
  'error.not-joined':
    'plan {query} is not one of your joined plans, so there is no exit to note\nCheck the id with `tkguard diff`, or sync your joined plans first.',
  'error.not-exited': 'no exit of plan {query} is noted\nCheck the id; `tkguard exited {query}` notes an exit.',
  'help.mute.summary': 'Leave plans out of exit codes and of what sync reports; list them, or undo it.',
  'help.mute.examples':
    'tkguard mute 2616191\ntkguard mute 2616191 --until 30d --reason "locked in until the sale"\ntkguard mute 2616191 --until 2026-12-01 --account studio-b\ntkguard mute --list\ntkguard mute --undo 2616191',
  'help.exited.summary': 'Note that you left a plan: it is not judged any more, and your next joined list confirms it.',
  'help.exited.examples':
    'tkguard exited 2616191\ntkguard exited 2616191 2616192 --at "2026-11-20 09:30" --account studio-b\ntkguard exited 2616191 --undo',
  'help.option.plan-shop': 'the plan’s shop, by its id or name, where several have a plan of this id',
  'help.option.mute-until': 'how long: 30d, 2026-12-01 (default: until you take it back)',
  'help.option.mute-reason': 'why, to be shown beside the verdict',
  'help.option.exited-at': 'when you left: 2026-11-20, "2026-11-20 09:30"',
  'help.option.undo': 'take back what was noted',
  'error.not-special':
    'plan {query} is not a special plan: there is nothing to exit or keep\n`tkguard history {query}` shows its rates.',
  'error.no-snapshot': 'there is no snapshot {id}\n`tkguard snapshots` gives the numbers.',
  'error.not-held':
    'there is no snapshot {id} that is held back, or whose rates are in doubt\n`tkguard snapshots` gives the numbers, and says which are held back.',
  'help.release.summary': 'Let a snapshot count that is held, or whose rates are in doubt.',
  'help.release.examples': 'tkguard release 17\ntkguard release all',
  'help.discard.summary': 'Discard a snapshot that is held, or was imported by mistake.',
  'help.discard.examples': 'tkguard discard 17\ntkguard discard all',
  'backup.done': 'Backed up to {path}: {size}, checked.',
  'restore.done': 'Restored {path} from {file}.',
  'restore.kept': 'What was there before: {path}',
  'help.backup.summary': 'Make a checked copy of the database, also while a sync is running.',
  'help.backup.examples':
    'tkguard backup                    beside the database, named by the time\ntkguard backup /mnt/usb/          in a folder, named by the time\ntkguard backup before-update.db',
  'level.ok': 'ok',
  'level.note': 'note',
  'level.problem': 'PROBLEM',
  'level.damage': 'DAMAGE',
  'heading.level': 'Level',
  'heading.finding': 'Finding',
  'place.database': 'database',
  'place.backups': 'its backups',
  'place.config': 'configuration',
  'doctor.node': 'Node {version}',
  'doctor.database': '{path}: intact, {sizeBytes}, snapshots: {snapshots}',
  'doctor.no-database':
    '{path}: there is no database yet\nRun `tkguard sync <files>`, or name another database with --db or TKGUARD_DB (cron sets few variables).',
  'doctor.damage':
    '{path} is damaged: {reason}\nRestore a backup (`tkguard restore <file>`), or move the file away and sync your exports again.',
  'doctor.leftover': '{name} was left behind by an interrupted run.\nDelete it when no tkguard is running.',
  'doctor.open-to-others': '{path}: other users may read it (mode {mode})\nchmod 600 {path}',
  'doctor.only-readable':
    '{path}: this user can read it, but not write to it\nQueries work; `tkguard sync` must be run by the owner of the file.',
  'doctor.no-data': 'Nothing has been imported yet.\nRun `tkguard sync <files>`.',
  'doctor.data': 'Account {account}: newest data is {ageMs} old',
  'doctor.data-old':
    'Account {account}: newest data is {ageMs} old; data older than {limitMs} is not used\nExport again and sync; check that cron still runs, and that new files arrive in its folder.',
  'doctor.clock-back':
    'The newest import is {aheadMs} ahead of the clock.\nCorrect the clock: the age of all data is counted by it.',
  'doctor.source': 'Source {name}: last new data {ageMs} ago',
  'doctor.source-quiet':
    'Source {name}: nothing new for {ageMs}; expected every {periodMs}\nFind out why it brings nothing new.',
  'doctor.source-nothing': 'Source {name}: never read yet\nRun `tkguard sync` without paths: it reads all sources.',
  'doctor.source-fault': 'Source {name}: {cause}',
  'doctor.heartbeat-fault': 'Heartbeat: {cause}',
  'doctor.database-fault': '{fault}',
  'doctor.config-fault': '{fault}',
  'doctor.held':
    'snapshots held back, not counted: {n}\n`tkguard snapshots` says why; then `tkguard release` or `tkguard discard`.',
  'doctor.config': '{path}: valid',
  'doctor.no-config': 'no configuration file ({path}): the defaults apply',
  'doctor.disk': '{path}: {freeBytes} free',
  'doctor.disk-low': '{path}: only {freeBytes} free\nFree some space: syncs and backups need it beside the database.',
  'doctor.locale': 'locale {locale}',
  'doctor.locale-unset':
    'No locale is set, as is usual under cron: messages are in English unless TKGUARD_LANG or the configuration says otherwise.',
  'doctor.locale-not-utf8':
    'locale {locale}: the terminal may show Chinese wrongly, since tkguard writes UTF-8\nChoose one that ends in .UTF-8, such as LANG=zh_CN.UTF-8.',
  'doctor.time-zone': 'system time zone {zone}; times without a zone are read as China time all the same',
  'findings.empty': 'No findings.',
  'findings.summary': 'ok: {ok}, notes: {note}, problems: {problem}, damage: {damage}',
  'help.doctor.summary': 'Check the database, the age of the data, the configuration and the disk.',
  'help.doctor.examples':
    'tkguard doctor\ntkguard doctor --json | jq -r \'.findings[] | select(.level != "ok") | .code\'',
  'help.export.summary': 'Write the whole ledger as NDJSON; `tkguard sync` imports it elsewhere.',
  'help.export.examples':
    'tkguard export --output ledger.ndjson\ntkguard export | gzip > ledger.ndjson.gz\ntkguard --db new.db sync ledger.ndjson',
  'help.restore.summary': 'Replace the database by a backup, and keep the old one.',
  'help.restore.examples': 'tkguard restore tkguard.db.20261120-093000.backup',
  'help.argument.held': 'numbers of snapshots (see `tkguard snapshots`), or all that are held back',
  'error.unreadable': 'the file cannot be read ({reason})\nCheck that it exists and that you are allowed to read it.',
  'error.changed-while-read':
    'the file changed while it was being read\nIs it still being written? Sync again when it is complete.',
  'error.long-line':
    'line {line} does not end within {mib} MiB\nIn NDJSON each row is one line. Is the file damaged, or something else? Export it again.',
  'error.damaged-archive': 'the archive is damaged or incomplete\nDownload it or pack it again.',
  'error.encrypted-archive': 'the archive is protected by a password\nUnpack it and sync its files.',
  'error.archive-method':
    'the archive is packed in a way that cannot be read (method {method})\nUnpack it and sync its files, or pack it again as an ordinary zip.',
  'error.unsafe-archive':
    'not unpacked: its content would be far larger than any export\nIf you trust it, unpack it yourself and sync its files.',
  'error.nested-too-deep':
    'archives inside archives, more than {levels} deep\nUnpack the outer ones and sync the files inside.',
  'error.too-large':
    'it is larger than {mib} MiB\nUnpack the archive and sync its files; of a browser’s record (HAR), save only the requests to Alimama.',
  'error.nothing-inside':
    'the archive holds no file that could be an export\nExports end in .csv, .json, .xlsx …; pack those, or sync them directly.',
  'error.damaged-har':
    'the browser’s record (HAR) is damaged or incomplete\nSave it again from the browser’s developer tools: Network, then Export HAR.',
  'error.no-known-answers':
    'none of the {ignored} requests in this browser’s record (HAR) can be used\nStart recording, open or reload the pages that `tkguard formats` names, then save.',
  'error.failed-request': 'the request failed (HTTP status {status})\nReload the page and save the record again.',
  'error.empty-answer':
    'the browser’s record (HAR) does not hold the content of this answer\nSave with content while the page is open: in Chrome “Export HAR (with sensitive data)” or “Save all as HAR with content”.',
  'error.future-request-time':
    'the browser’s record says that this page was loaded at {atMs}, which is in the future\nCorrect the clock of the computer that recorded it, and record it again.',
  'error.future-file-time':
    'the file’s time, {atMs}, is in the future\nGive the time of the export with --captured-at, or correct the file’s time and the clock.',
  'error.unreachable':
    'the address cannot be reached ({reason})\nCheck the address and the network; it was tried three times.',
  'error.bad-status':
    'the server answered with HTTP {status}\nCheck the address and the credentials in the configuration.',
  'error.server-fault':
    'the server answered with HTTP {status}\nThe server failed: the next sync asks again. If it keeps failing, tell whoever runs it.',
  'error.answer-too-large': 'the content is larger than {maxBytes}\nIf that is right, raise maxSize of the source.',
  'error.bad-redirect':
    'the server redirects to an address that is not safe\nOpen the address in a browser, and write the address that it leads to into the configuration.',
  'error.many-redirects':
    'the server redirects more than {most} times\nOpen the address in a browser, and write the address that it leads to into the configuration.',
  'error.bad-address':
    'the address does not begin with http:// or https://\nCorrect the variable or the file that holds it.',
  'error.bad-source-format':
    '{path}, line {line}: {place}: unknown format or mapping “{format}”\nKnown: {known}. A mapping of the configuration is written map:NAME.',
  'error.command-missing': 'there is no program {program}\nGive its full path: cron has a short PATH.',
  'error.command-failed':
    'the command failed ({reason}): {complaint}\nRun it by hand; where it needs more time or space, set timeout and maxSize of the source.',
  'error.source-silent':
    'source “{source}” has brought nothing new for {silentMs}; its period is {periodMs}\nCheck the program that writes it: has it stopped, or does it export the same again?',
  'error.not-tidied':
    '{file} was imported, but cannot be moved or deleted ({reason})\nCheck the permissions of its folder; the file does no harm where it is.',
  'error.heartbeat-failed':
    'the heartbeat did not reach its monitor ({reason})\nCheck the address in the configuration; the sync itself is not affected.',
  'error.secret-missing':
    '{secret} is not set, or empty\nSet it where the sync runs: cron does not know the variables of your shell.',
  'error.secret-shared': '{path} holds a secret, but other users may read it\nRun `chmod 600 {path}`.',

  'note.no-line-end':
    'The last line has no line end. If the file was cut off, the last value may be cut too: check it, or export again.',
  'note.unknown-columns': 'Unknown columns, ignored: {columns}.',
  'note.discarded': 'You discarded it. To import it all the same: --again.',
  'note.decisions': 'Decisions of the other machine that were new here (discarded, released, muted, left): {n}.',
  'note.released': 'Released: it counts from now on.',
  'note.correction': 'It corrects what this file said before, which counts no longer.',
  'note.corrected': 'A later version of this file, of the same capture time, was taken in before; that one stands.',
  'note.same-content': 'Same content as {atMs}. If this is a copy: `tkguard discard {id}`.',
  'note.not-modified': 'The server says: not changed since then.',
  'note.times-disagree':
    'Its content shows two days, {pvid} and {dayLeft}; neither was used. Give the time with --captured-at.',
  'note.incomplete-list': 'Only part of the list: {have} of {of} rows. What it does not list does not count as gone.',
  'note.incomplete-pages':
    'Only part of a list of {pages} pages: {have} rows. What it does not list does not count as gone.',
  'note.whole-unknown':
    'The export does not say whether its list is complete ({have} rows). What it does not list does not count as gone.',
  'note.missing-pages':
    'Pages missing: {missing} of {pages}; rows: {have} of {of}. What it does not list does not count as gone.',
  'note.pages-changed':
    'The list changed while you paged through it (its pages count different totals), so these pages could not be joined to it: {missing} of {pages}. Page through it again. What it does not list does not count as gone.',
  'note.pages-apart':
    'Missing, or captured more than half an hour apart from the others and so not joined: {missing} of {pages} pages. Page through the list again in one go. What it does not list does not count as gone.',
  'note.missing-rows':
    'The pages have {have} different rows, the list counts {of}: it changed while you paged through it, or pages are missing. What it does not list does not count as gone.',
  'note.page-copies': 'Further copies of these pages, left out: {n}.',
  'note.filtered-list': 'Requested with a filter ({filters}). What it does not list does not count as gone.',
  'note.ignored-requests': 'Other requests in the browser’s record, ignored: {n}.',
  'note.general-uncertain':
    'For {items} items the public rate may not be the general rate; their general rate stays unknown.',
  'note.unit-unknown': 'The unit of {field} is unknown; these rates stay unknown.',
  'note.plan-unnamed':
    'Items whose rate was not read, because the data does not say which plan it belongs to: {items}.',
  'note.plan-not-said':
    'The data does not say which items are in the marketing plan, so its rates are kept as income rates of an unnamed plan and compared with nothing.',
  'note.income-only':
    'Items with an income rate only (commission plus subsidy), which is not compared with commission rates: {items}.',
  'note.left-out': 'Rows left out by the mapping: {rows}.',
  'note.not-usable': 'Special plans marked as not usable; their rates stay unknown: {plans}.',
  'note.other-sheets': 'Only the sheet “{sheet}” was read; not read: {others}.',

  'reason-of.cut-off': 'it ends too early',
  'reason-of.position': 'a mistake at character {n}',
  'reason-of.ENOENT': 'no such file or folder',
  'reason-of.EACCES': 'permission denied',
  'reason-of.EPERM': 'permission denied',
  'reason-of.ENOSPC': 'the disk is full',
  'reason-of.EROFS': 'the disk is read-only',
  'reason-of.EISDIR': 'it is a folder',
  'reason-of.ECONNREFUSED': 'connection refused',
  'reason-of.ENOTFOUND': 'no such server',

  'error.usage': '{message}\nSee `tkguard --help`.',
  'error.bad-option': 'invalid value for {option}: “{value}”\nPossible: {expected}.',
  'error.time-to-come': '{option}: {value} is in the future\nGive a time in the past.',
  'error.time-past': '{option}: {value} is in the past\nGive a time in the future, or how long from now: 7d.',
  'error.no-config':
    '{path}: there is no such configuration file\nCorrect --config or TKGUARD_CONFIG, or write one: `tkguard init`.',
  'error.bad-config':
    '{path}, line {line}: {place}: found {found}, expected {expected}\nCorrect the line; `tkguard config` then shows the settings in force.',
  'error.config-syntax':
    '{path}, line {line}: found “{found}”, expected {expected}\nLook at this line and at the end of the line before: usually a comma or a quotation mark is missing.',
  'error.config-twice': '{path}, line {line}: “{found}” occurs twice in one object\nRemove one of the two.',
  'error.unknown-setting': '{path}, line {line}: unknown setting “{place}”\nKnown here: {known}.',
  'error.misspelt-setting':
    '{path}, line {line}: unknown setting “{place}” (did you mean {suggestion}?)\nKnown here: {known}.',
  'error.config-exists':
    '{path}: this configuration file exists already\nEdit it, or move it away first. It was not changed.',
  'expected.value': 'a value',
  'expected.key': 'a name in quotation marks',
  'expected.:': 'a colon',
  'expected., }': 'a comma or }',
  'expected., ]': 'a comma or ]',
  'expected.end': 'the end of the file',
  'expected.comment-end': '*/ at the end of a comment',
  'expected.utf-8': 'text in UTF-8',
  'expected.object': 'an object: { … }',
  'expected.list': 'a list: [ … ]',
  'expected.text': 'text in quotation marks',
  'expected.flag': 'true or false',
  'expected.true': 'true',
  'expected.duration': 'a duration such as "30m", "12h", "7d"',
  'expected.time': 'a time such as "2026-11-20" or "2026-11-20 09:30"',
  'expected.time-zone': 'a time zone such as "Asia/Shanghai"',
  'expected.language': '"en" or "zh"',
  'expected.gain': 'percentage points such as "0.5"',
  'expected.count': 'a whole number from 1 to 99',
  'expected.size': 'a size such as "50MB"',
  'expected.address': 'an address that begins with http:// or https://',
  'expected.secret': 'text, { "env": "NAME" } or { "file": "/path" }',
  'expected.address-or-secret': 'an address (http://, https://), { "env": "NAME" } or { "file": "/path" }',
  'expected.heartbeat': 'an address, or { "url": …, "start": …, "failure": … }',
  'expected.command': 'a list: the program, then its arguments',
  'expected.after': '"keep", "archive" or "delete"',
  'expected.one-kind': 'exactly one of path, url, command and stdin',
  'expected.only-path': 'after and minimumAge only where there is a path',
  'expected.only-url': 'headers only where there is a url',
  'expected.names': 'a different name for each source',
  'expected.header': 'the names of the columns, one at least',
  'expected.rows': 'the path of a list, such as "data.list", or "."',
  'expected.plans': 'one plan at least',
  'expected.coverage': '"listed" or "partial"',
  'expected.unit': '"percent", "basis-points" or "fraction"',
  'expected.filled': 'a value instead of the ?',
  'expected.word-or-null': 'one of tkguard’s words, or null to leave such rows out',
  'expected.source': 'a name that stands in "header"',
  'expected.source-once': 'a name that stands only once in "header"',
  'expected.source-unused': 'a column that stands for nothing else',
  'expected.commission-rate':
    'a column of commission rates (this one is an income rate, commission + subsidy, or the subsidy in it: never compared)',
  'expected.mapped-or-fixed': 'a column or a fixed value, not both',
  'expected.needed-column': 'a column, or a value in "fixed"',
  'expected.mapping-name': 'a name of letters, digits, - and _, at most 40',
  'expected.plan_type': '"general", "special", "event", "marketing" or "selected"',
  'expected.status': '"approved", "pending", "rejected", "removed", "left" or "none"',
  'expected.plan_state': '"active", "expired", "stopped" or "deleted"',
  'expected.locked': '"yes" or "no"',
  'expected.audit': '"yes" or "no"',
  'error.no-sources':
    'the configuration names no folder to read, so there is nothing to run every day\nName one: `tkguard init ~/exports`, or write `sources` into the configuration that is there.',
  'error.no-paths':
    'no files given\nName files or folders, or - for standard input (`tkguard sync exports/`), or write sources into the configuration.',
  'error.only-with-paths':
    '{option} works only with files named on the command line\nName the files, or set it for a source in the configuration.',
  'error.no-such-path': 'there is no file or folder {path}\nCheck the spelling; put patterns in quotation marks.',
  'error.nothing-to-read':
    '{path}: it holds no exports\nName the export itself, or a folder with exports (.csv, .json, .ndjson …). Folders within it are not read: name them too, or write "exports/**/*.json".',
  'error.no-proposal':
    '{path}: no mapping to propose\nEither it needs none, or it is neither a table nor a list of objects: `tkguard inspect` without --mapping says which, and what to do.',
  'error.unknown-mapping':
    '“{name}” is neither a mapping of the configuration nor a file\nKnown mappings: {known}. `tkguard inspect --mapping <file>` proposes one.',
  'error.no-mappings':
    '{path}: it holds no mapping\nIt should begin with {"mappings": {"name": …}}, as `tkguard inspect --mapping <file>` prints it.',
  'error.no-database':
    '{path}: there is no database yet\nRun `tkguard sync <files>` first, or name another database with --db.',
  'error.unknown-account': 'unknown account “{query}”\nKnown: {known}.',
  'error.unknown-id':
    'unknown {kind} “{query}”: no imported export shows it\nCheck the id; `tkguard diff --all` lists what is known.',
  'error.token':
    '{text}: this is a 淘口令, which only the Taobao app can read\nOpen it in the app, and copy the address or the id of the item.',
  'error.unresolved-link':
    '{link}: this link does not contain the item id\nOpen the link in a browser and copy the address that has id= in it. tkguard does not open links.',
  'error.db-older': '{path}: written by an older tkguard\nRun `tkguard sync` once: it updates the database.',
  bug: 'tkguard: this is our mistake; nothing was changed. Please report it with these lines:',
  'error.ambiguous-plan': '“{query}” means several plans: {plans}\nSay which with --shop or --account.',
  'error.db-foreign':
    '{path}: this is not a database of tkguard\nName another file with --db. This one was not changed.',
  'error.db-damaged':
    '{path}: the database is damaged: {reason}\nRestore a backup (`tkguard restore <file>`), or move the file away and sync your exports again.',
  'error.file-exists': '{path}: the file exists already\nChoose another name. Nothing was overwritten.',
  'error.no-folder':
    '{path}: there is no such folder for the backup\nCheck the spelling, and that the disk is connected; or make the folder, or name another.',
  'error.not-a-backup':
    '{path}: this is not a backup of a tkguard database\nGive a file that `tkguard backup` made. Exports, also those of `tkguard export`, are imported by `tkguard sync {path}`.',
  'error.backup-of-itself':
    '{path}: this is the database itself; nothing was changed\nGive a backup; `tkguard config` says where they are.',
  'error.db-newer':
    '{path}: written by a newer tkguard (version {found}; this one knows up to {known})\nUpdate tkguard.',
  'error.db-empty-file': '{path}: the file is empty, not a database\nRemove it, or name another file with --db.',
  'error.db-busy':
    '{path}: another tkguard is writing to the database\nTry again in a moment, or wait longer with --wait 5m.',
  'error.io': '{path}: {reason}\nCheck permissions and free space, then try again.',
  'thing.platform-jingdong': '京东 (JD.com)',
  'thing.platform-pinduoduo': '拼多多 (Pinduoduo)',
  'thing.platform-vipshop': '唯品会 (Vipshop)',
  'thing.platform-suning': '苏宁 (Suning)',
  'thing.answer-privilege': 'it has links and the highest rate of an item, but does not say which plan pays it',
  'thing.answer-favourites': 'it has lists of favourites (选品库), but no rates of plans',
  'thing.answer-coupon': 'it has coupons, but no rates of plans',
  'thing.answer-item': 'it has titles and prices of items, but no rates of plans',
  'thing.answer-shop': 'it has shops, but no plans and no rates',
  'thing.answer-link': 'it has links to promote with, but no rates of plans',
  'thing.answer-other': 'it has no rates of plans that tkguard can read',
  'thing.item': 'item',
  'thing.plan': 'plan',
  'thing.shop': 'shop',
  'thing.any': 'item, plan or shop',
  'thing.account': 'account',

  'captured-from.content': 'the export',
  'captured-from.flag': '--captured-at',
  'captured-from.file-time': 'file time',
  'captured-from.now': 'the clock',

  'coverage.listed': 'all plans of each shop and item in it',
  'coverage.joined-plans': 'all joined plans',
  'coverage.shop-plans': 'all plans of the shop',
  'coverage.item-search': 'all plans of each item in it',
  'coverage.item-plans': 'all special plans of the item',
  'coverage.plan-items': 'all items of the plan',
  'coverage.partial': 'only what it lists',

  'format.tkguard-csv.title': 'tkguard’s own CSV',
  'format.tkguard-csv.where': 'typed by hand or written by your own script; English or Chinese headers.',
  'format.tkguard-json.title': 'tkguard’s own JSON',
  'format.tkguard-json.where': 'your own script: {"format":"tkguard/snapshot@1","plans":[…]} or a list of rows.',
  'format.tkguard-ndjson.title': 'tkguard’s own NDJSON',
  'format.tkguard-ndjson.where': 'your own script: one row object a line.',
  'format.alimama-joined-plans.title': 'joined plans',
  'format.alimama-joined-plans.where':
    'the page 推广计划管理: the answer of joinedCampaigns.json or joinedSpecialCampaigns.json.',
  'format.alimama-joined-table.title': 'joined plans, as a table',
  'format.alimama-joined-table.where':
    'the table of the page 推广计划管理, copied from the screen, with the columns 计划ID and 卖家ID added.',
  'format.alimama-selection.title': 'selection of items (选品库)',
  'format.alimama-selection.where':
    'pub.alimama.com, 选品库, the list’s button 导出 (export): an .xls; also saved again by Excel or WPS.',
  'format.alimama-quality-list.title': 'list of promising items (精选优质商品清单)',
  'format.alimama-quality-list.where': 'pub.alimama.com, 精选优质商品清单, downloaded as .xls.',
  'format.alimama-item-search.title': 'item search',
  'format.alimama-item-search.where': 'the item search of pub.alimama.com: the answer of items/search.json.',
  'format.alimama-shop-plans.title': 'plans of a shop',
  'format.alimama-shop-plans.where': 'a shop’s page: the answer of shopdetail/campaigns.json.',
  'format.alimama-item-plans.title': 'special plans of an item',
  'format.alimama-item-plans.where': 'an item’s plan dialog: the answer of getCommonCampaignByItemId.json.',
  'format.alimama-plan-items.title': 'items of a plan',
  'format.alimama-plan-items.where': 'a plan’s detail page: the answer of campaign/merchandiseDetail.json.',
  'format.top-material-optional.title': 'open platform, material search',
  'format.top-material-optional.where':
    'your own script: the answer of taobao.tbk.dg.material.optional or taobao.tbk.sc.material.optional.',
  'format.top-material-upgrade.title': 'open platform, newer search',
  'format.top-material-upgrade.where':
    'your own script: the answer of tbk.dg.material.optional.upgrade, tbk.dg.material.recommend or tbk.item.info.upgrade.get.',
  'format.top-optimus-material.title': 'open platform, selections',
  'format.top-optimus-material.where': 'your own script: the answer of taobao.tbk.dg.optimus.material.',
  'format.union-plan-items.title': 'items of a plan (newer page)',
  'format.union-plan-items.where': 'a plan’s detail page: the answer of mkt.commission.itemList.json.',

  'rule.only-approved': 'The only approved special plan of this shop: it applies by itself to everything sold there.',
  'rule.latest-approved':
    'Several special plans are approved; the one approved last applies, even with a lower rate: this one.',
  'rule.undecided':
    'Several special plans are approved; the one approved last applies, but which that is cannot be told.',
  'rule.superseded':
    'Several special plans are approved; the one approved last applies, even with a lower rate: not this one.',
  'rule.closed': 'The plan is closed: it no longer applies, links earn the general rate.',
  'rule.pending': 'Not approved yet: it does not apply.',
  'rule.not-joined': 'Not joined: it does not apply.',
  'rule.unknown': 'It is not known whether you have joined it: then it would apply.',

  'why.head': '{verdict}: {plan}, {shop}',
  'why.account': 'Account: {account}',
  'why.membership': 'Membership: {status}, approved {approvedAt}; last seen {seenAt}, first read in {source}',
  'why.membership.unknown': 'Membership: unknown, no export says.',
  'why.rule': 'Rule: {rule}',
  'why.reasons': 'Reasons:',
  'why.comparisons': 'Comparisons:',
  'why.comparison': '{scope}: {relation}, gap {gap} ({basis}, weight {weight})',
  'why.scope.shop': 'shop as a whole (average)',
  'why.scope.item': 'item {item}',
  'why.no-comparisons': 'No rates to compare.',
  'why.special': 'special {rateBp}: cell “{raw}”, {source}; first read {firstReadAt}, last confirmed {lastConfirmedAt}',
  'why.general': 'general {rateBp}: cell “{raw}”, {source}; first read {firstReadAt}, last confirmed {lastConfirmedAt}',
  'why.special.unknown': 'special: no reading',
  'why.general.unknown': 'general: no reading',
  'why.change': 'last change: {fromBp}% to {toBp}%, between {lastSeenBefore} and {firstSeenAfter}',
  'why.absent': 'not listed any more in {absentCaptures} later exports that would list it: counts as unknown',
  'why.conflict': 'exports of the same moment disagree: each of the values was tried',
  'why.others': 'Other special plans of this shop:',
  'why.other': '{plan}: {standing}, approved {approvedAt}, rate {rateBp}',
  'why.policy':
    'Policy: minimum gain {minGainBp} percentage points, data at most {maxAgeMs} old, gone after {confirmMissing} exports.',
  'why.policy.own':
    'Policy for this plan: minimum gain {minGainBp} percentage points, data at most {maxAgeMs} old, gone after {confirmMissing} exports.',

  'help.program.summary': 'Tells which special commission plans to exit and which to keep.',
  'help.program.examples':
    'tkguard sync exports/             take in what you exported\ntkguard diff                      which joined plans to exit, which to keep\ntkguard check 537099364188        before promoting an item; 1: exit first\ntkguard diff --json | jq .summary',
  'help.sync.summary':
    'Import exports: files, folders, patterns, - for standard input, or the sources of the configuration.',
  'help.sync.examples':
    'tkguard sync exports/\ntkguard sync joined-campaigns.json items-search.json\ntkguard sync session.har exports.zip   what a browser recorded, what is packed\ntkguard sync --account studio-b --captured-at "2026-11-20 09:30" plans.csv\ntkguard sync --seller 728628560 - < shop-plans.json\ntkguard sync --dry-run exports/   show what would change, keep nothing\ntkguard sync                      all sources of the configuration\ntkguard sync --source inbox',
  'help.inspect.summary': 'Show what a file is and how it is read, and what it would change; write nothing.',
  'help.inspect.examples':
    'tkguard inspect plans.csv\ntkguard inspect exports/ --format json | jq .summary\ntkguard inspect --mapping feed.csv > feed.json   a mapping for columns that are not known\ntkguard inspect --map feed.json feed.csv',
  'help.diff.summary': 'Every joined special plan with its verdict, exits first.',
  'help.diff.examples':
    'tkguard diff\ntkguard diff --verdict exit --format csv > exits.csv\ntkguard diff --all --items --shop 728628560\ntkguard diff --min-gain 0.5 --max-age 12h\ntkguard diff --exit-code || echo "look at your plans"',
  'help.status.summary': 'What to do now: what to exit, what waits, how old the data is, what to export next.',
  'help.status.examples': 'tkguard status\ntkguard status --json',
  'help.check.summary': 'Before promoting: may I? For items, item links, plans or shops.',
  'help.check.examples':
    'tkguard check 537099364188\ntkguard check "https://item.taobao.com/item.htm?id=537099364188"\ntkguard check --plan 2616191 2616192\ntkguard check --shop 728628560 && ./post.sh\ntkguard check - < items.txt',
  'help.snapshots.summary': 'List what was imported, and when.',
  'help.snapshots.examples': 'tkguard snapshots\ntkguard snapshots --json',
  'help.formats.summary': 'List the formats that tkguard reads, and where to get them.',
  'help.formats.examples':
    'tkguard formats\ntkguard formats alimama-item-search\ntkguard formats tkguard-csv --template > my-plans.csv',
  'help.why.summary': 'Explain verdicts, down to file, line and cell.',
  'help.why.examples': 'tkguard why 2616191\ntkguard why 2616191 --shop 728628560 --json',
  'help.changes.summary': 'What changed, when: cuts, plans closed, memberships; crossings below general stand out.',
  'help.changes.examples':
    'tkguard changes                   the last seven days\ntkguard changes --since last-sync --code crossed-below,closed\ntkguard changes --since 2026-11-01 --until 2026-11-30 --shop 728628560 --format csv\ntkguard changes --all --item 537099364188',
  'help.history.summary': 'The rates of a plan, an item or a shop over time, beside the general ones.',
  'help.history.examples':
    'tkguard history 2616191\ntkguard history --shop 728628560 --since 90d\ntkguard history 537099364188 --format csv > readings.csv',
  'help.shops.summary': 'How merchants treated their special plans: cuts, closures, and a grade.',
  'help.shops.examples':
    'tkguard shops\ntkguard shops --grade risky,avoid --evidence\ntkguard shops --shop 728628560 --as-of 2026-11-11 --json',
  'help.schema.summary': 'Print the JSON Schema of a command’s document.',
  'help.schema.examples': 'tkguard schema diff\ntkguard schema check > check.schema.json',
  'help.completion.summary': 'Print a script that completes commands, options, plans and shops in your shell.',
  'help.completion.examples':
    'tkguard completion fish > ~/.config/fish/completions/tkguard.fish\nsource <(tkguard completion bash)                 in ~/.bashrc, after bash-completion\nsource <(tkguard completion zsh)                  in ~/.zshrc, after compinit\ntkguard completion powershell >> $PROFILE',
  'help.argument.shell': 'one of: {choices}',
  'help.default': 'default: {value}',
  'help.init.summary':
    'Say where you save exports and whose they are; get a configuration and what runs the sync every day.',
  'help.init.examples':
    'tkguard init\ntkguard init ~/exports\ntkguard init studio-a=~/exports/a studio-b=~/exports/b\ntkguard init --cron',
  'help.config.summary': 'Show the settings in force, where each comes from, and where the database is.',
  'help.config.examples': 'tkguard config\ntkguard config --json',

  'help.argument.backup': 'a new file, or a folder for it (default: beside the database, named by the time)',
  'help.argument.restore': 'a file that `tkguard backup` made, or any copy of the database',
  'help.argument.folders':
    'folders where exports are saved, each with its account before it: studio-a=~/exports; left out: asked for',
  'help.argument.paths': 'files, folders or patterns; - is standard input',
  'help.option.source': 'only these sources of the configuration (default, where no path is named: all)',
  'help.argument.query': 'an item id, item link, plan id or shop id',
  'help.argument.plan': 'a plan id',
  'help.argument.document': 'one of: {choices}',
  'help.option.lang':
    'language of messages: {choices} (default: TKGUARD_LANG, else the configuration, else the locale)',
  'help.option.db':
    'database file (default: TKGUARD_DB, else the configuration, else tkguard.db in the user’s data folder)',
  'help.option.config':
    'configuration file (default: TKGUARD_CONFIG, else config.json in the user’s configuration folder)',
  'help.option.cron':
    'print what runs `tkguard sync` every day: crontab line and systemd timer, or the Task Scheduler command',
  'help.option.format': 'output format: {choices}',
  'help.option.json': 'short for --format json',
  'help.option.excel': 'CSV that Excel opens as it is (--format excel)',
  'help.option.account': 'only this account',
  'help.option.shop': 'only this shop, by its id or name',
  'help.option.item': 'only this item, by its id',
  'help.option.plan': 'only this plan, by its id',
  'help.option.verdict': 'only these verdicts, commas between: {choices}',
  'help.argument.queries': 'item ids, item links, plan ids or shop ids; - reads them from standard input, one a line',
  'help.argument.plans': 'plan ids; - reads them from standard input, one a line',
  'help.option.sort-shops': 'order of the rows: {choices}',
  'help.option.mute-list': 'list muted plans',
  'help.option.mute-undo': 'count these plans again',
  'help.commands.daily': 'Every day:',
  'help.commands.closer': 'Look closer:',
  'help.commands.data': 'Data:',
  'help.commands.settings': 'Settings:',
  'help.options.scope': 'What it is about:',
  'help.options.policy': 'How to judge:',
  'help.options.files': 'What the files are:',
  'help.options.output': 'Output:',
  'help.option.sort': 'order of the rows: {choices}',
  'help.option.items': 'show the comparisons behind each verdict',
  'help.option.all': 'include plans that are not joined, with what they would gain',
  'help.option.min-gain': 'keep only what beats the general rate by this many percentage points',
  'help.option.max-age': 'do not judge by older data: 30m, 12h, 7d',
  'help.option.confirm-missing': 'lists of all plans of its shop that must lack a plan before it counts as gone',
  'help.option.as-of': 'as things stood then: 2026-11-20, "2026-11-20 09:30", ISO 8601, or 7d ago',
  'help.option.captured-at': 'when the export was made, where it does not say so itself',
  'help.option.as':
    'format of the files, where it is not recognised (see `tkguard formats`), or map:<name> of the configuration',
  'help.option.map': 'read by this mapping: a file, or a name in the configuration',
  'help.option.template': 'print a table of tkguard’s own columns to fill in, with a shop as example',
  'help.argument.formats': 'only these formats',
  'help.option.mapping': 'print only the proposed mapping, to be completed and used with --map',
  'help.option.rate-unit':
    'what bare rates are in tables of tkguard’s own columns: percent (0.05 is 0.05 %) or fraction (5 %)',
  'help.option.partial': 'the files are not complete: a plan that is not in them does not count as gone',
  'help.option.accept-removals': 'import a file even if most joined plans or rates vanish with it',
  'help.option.accept-rates': 'believe the rates of a file even if they moved by ten or a hundred times',
  'help.option.skip-bad-rows': 'import the good rows of a file that has bad ones, as a partial list',
  'help.option.again': 'import again what was discarded, and what was read by a mapping',
  'help.option.output': 'a new file to write to (default: stdout)',
  'help.option.wait': 'how long to wait for another tkguard that is writing: 0s, 30s, 5m',
  'help.option.quiet': 'print errors only (and the answer, if --format is not table)',
  'help.option.verbose': 'print the format, time and coverage of each file on stderr',
  'help.option.check-quiet': 'print nothing, answer by the exit code',
  'help.option.dry-run': 'show what would change, write nothing',
  'help.option.seller': 'seller id (shop), where the data does not say it',
  'help.option.campaign': 'plan id, where the data does not say it',
  'help.option.keeper': 'shop keeper id, where the data does not say it',
  'help.option.exit-code': 'exit with 1 if a plan is to exit, with 3 if a plan cannot be judged',
  'help.option.check-item': 'take the id for an item',
  'help.option.check-plan': 'take the id for a plan',
  'help.option.check-shop': 'take the id for a shop',
  'help.option.sync-account': 'whose exports these are (default: “default”)',
  'help.option.sync-item': 'item id, where the data does not say it',
  'help.heading.examples': 'Examples:',
  'help.title.usage': 'Usage:',
  'help.title.arguments': 'Arguments:',
  'help.title.options': 'Options:',
  'help.title.global-options': 'Global options:',
  'help.help.summary': 'Show this, the help of a command, or a topic.',
  'help.argument.help': 'a command or a topic; without it, all of them',
  'help.heading.topics': 'Topics:',
  'help.topic.files': 'exports it reads, and from where; sheets, HAR, archives',
  'help.topic.tables': 'your own table; a mapping for any other',
  'help.topic.verdicts': 'how a verdict is found, what is held back, why',
  'help.topic.past': 'what changed, rates over time, what merchants are known for',
  'help.topic.scripts': 'output, exit codes, JSON, several links at once',
  'help.topic.settings': 'accounts, times, configuration, sources, completion',
  'help.topic.faults': 'looking after it; what happens when something goes wrong',
  'help.topic.sql': 'the database, asked in SQL',
  'usage.unknownTopic': 'there is no command or topic {what}',
  'usage.unknownOption': 'unknown option {what}',
  'usage.unknownCommand': 'unknown command {what}',
  'usage.missingArgument': 'argument {what} is missing',
  'usage.optionMissingArgument': 'option {what} needs a value',
  'usage.excessArguments': 'too many arguments',
  'usage.suggestion': '(did you mean {suggestion}?)',
  'help.heading.exit-codes': 'Exit codes:',
  'help.option.limit': 'at most this many rows',
  'help.option.since': 'only from this time on: 7d, 2026-11-20, "2026-11-20 09:30"',
  'help.option.since-sync': 'only what was first seen from this time on: 7d, 2026-11-20, "2026-11-20 09:30", last-sync',
  'help.option.until': 'up to this time, as it was known then: 1d, 2026-11-20',
  'help.option.code': 'only these changes, commas between: {choices}',
  'help.option.limit-newest': 'at most this many rows, the newest',
  'help.option.all-changes': 'include plans that were never joined',
  'help.option.grade': 'only these grades, commas between: {choices}',
  'help.option.evidence': 'list the plans behind the numbers',
  'help.option.help': 'show help',
  'help.option.version': 'show the version',
  'help.exit-codes':
    ' 0  done, whatever was found\n 1  findings: a plan to exit (check; diff with --exit-code)\n 2  correct your call, the configuration or an input file\n 3  cannot judge: unknown or too old (check; diff with --exit-code)\n 4  the database is damaged or not tkguard’s\n74  input or output failed: disk full, unreadable\n75  the database is busy: try again',
} as const satisfies Record<string, string>;
