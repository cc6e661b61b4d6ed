#!/usr/bin/env python3
"""Tables (Markdown) from results/*.jsonl: min / median / max.  report.py [FILE.jsonl]
Runs during which the rest of the machine used more than NOISY of a core are left out where three quieter ones remain;
where fewer remain they stay in and the cell has a '*'."""
import glob, json, os, statistics as st, sys, tempfile
NOISY = .35
WORK = os.environ.get('FBENCH_WORK', os.path.join(tempfile.gettempdir(), 'fbench'))
R = [json.loads(l) for f in (sys.argv[1:] or glob.glob(f'{WORK}/results/results*.jsonl')) for l in open(f)]
ORDER = ['skyloupe', 'ds9', 'ds9drag', 'ginga', 'gingarc', 'gingamin', 'qfitsview', 'siril', 'floor', 'floor+astropy', 'floor+astropy+pg']
key = lambda v: (ORDER.index(v) if v in ORDER else 99, v)
def mmm(v, f='{:.0f}'):
    v = [x for x in v if x is not None]
    return ' / '.join(f.format(x) for x in (min(v), st.median(v), max(v))) if v else '–'
def quiet(runs):
    good = [r for r in runs if r.get('other', 0) <= NOISY]
    return (good, '') if len(good) >= 3 or len(good) == len(runs) else (runs, '*')
def table(head, rows):
    if not rows: return
    print('| '+' | '.join(head)+' |'); print('|'+'---|'*len(head))
    for r in rows: print('| '+' | '.join(map(str, r))+' |')
    print()
def groups(test):
    g = {}
    for r in R:
        if r['test'] == test: g.setdefault((r['viewer'], r['file'], r['tag'], r.get('zoom', '')), []).append(r)
    return sorted(g.items(), key=lambda kv: (kv[0][1], kv[0][2], kv[0][3], key(kv[0][0])))
MB = lambda k: k/1024
print('## Launch to image (s) and memory (MiB)\n')
rows = []
for (v, f, tag, _), rs in groups('launch'):
    ok, m = quiet([r for r in rs if r.get('ok')]); n = len(rs)
    if not ok: rows.append((f, v+(' '+tag if tag else ''), f'0/{n} no image recognised')+('–',)*4+(mmm([MB(r['anon']) for r in rs if 'anon' in r]), '–', '–', '–')); continue
    rows.append((f, v+(' '+tag if tag else ''), f'{len(ok)}/{n}{m}', mmm([r['t_win'] for r in ok], '{:.2f}'), mmm([r['t_first'] for r in ok], '{:.2f}'), mmm([r['t_match'] for r in ok], '{:.2f}'),
                 mmm([r['cpu'] for r in ok], '{:.1f}'), *(f'{MB(st.median([r[k] for r in ok])):.0f}' for k in ('anon', 'rss', 'pss', 'peak_rss'))))
table(('file', 'viewer', 'used/runs', 'window', 'image first seen', 'image final', 'CPU s', 'private (anon)', 'RSS', 'PSS', 'peak RSS'), rows)
for test, name in (('contrast', 'Contrast drag'), ('pan', 'Pan drag'), ('wheel', 'Zoom steps'), ('readout', 'Pixel readout')):
    print(f'## {name}\n'); rows = []
    for (v, f, tag, z), rs in groups(test):
        if any('error' in r for r in rs): rows.append((f, v, z, rs[-1].get('error'))+('–',)*6); continue
        s = [x for r in rs for x in r['steps']]; ok = [x for x in s if x]; runs, m = quiet([x for r in rs for x in r['runs']])
        x0, y0, x1, y1 = rs[-1]['rect']
        row = [f, v, z, f'{x1-x0}x{y1-y0}', f'{len(ok)}/{len(s)}', mmm([x['first'] for x in ok]), mmm([x['last'] for x in ok])]
        if test == 'wheel': row += [mmm([x['frames'] for x in runs])+f" of {runs[0]['notches']}" if runs else '–', mmm([x['gap'] for x in runs]), mmm([x['tail'] for x in runs]), m]
        else: row += [mmm([x['fps'] for x in runs]), mmm([x['gap'] for x in runs]), mmm([x['tail'] for x in runs])]
        if test in ('contrast', 'pan'): row += [mmm([x['release'] for x in runs])]
        if test == 'readout': row += [f"{rs[-1].get('where', 'nothing follows the pointer')} {rs[-1].get('box', '')}"]
        if test != 'wheel': row += [mmm([(x['cpu'])/2.8*100 for x in runs])+m]
        rows.append(row)
    head = ['file', 'viewer', 'zoom', 'image area px', 'steps seen', 'step: first change ms', 'step: last change ms']
    head += {'wheel': ['frames in 12 notches at 20 Hz', 'longest gap ms', 'trails last notch ms', 'noisy']}.get(test, ['frames/s', 'longest gap ms', 'trails last move ms'])
    head += ['after release ms'] if test in ('contrast', 'pan') else []
    head += ['what changes'] if test == 'readout' else []
    head += ['viewer CPU %'] if test != 'wheel' else []
    table(head, rows)
print('## Next file in the running program (s)\n'); rows = []
for (v, f, tag, _), rs in groups('next'):
    ok, m = quiet([r for r in rs if r.get('ok')])
    rows.append((f, v, f'{len(ok)}/{len(rs)}{m}', mmm([r['t_match'] for r in ok], '{:.2f}'), mmm([r['t_last'] for r in ok], '{:.2f}'), f"{MB(max(r['peak_rss'] for r in ok)):.0f}" if ok else '–'))
table(('file', 'viewer', 'used/runs', 'image final', 'last change', 'peak RSS MiB'), rows)
